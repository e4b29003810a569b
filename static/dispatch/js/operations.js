// The modules of the pages of operations and emergencies.
import { register } from "../../gridgov/js/app.js";

register("circle-map", () => import("./circle-map.js"));
register("report-in", () => import("./report-in.js"));
