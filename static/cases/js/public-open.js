// The modules of what everybody may know of cases.
import { register } from "../../gridgov/js/app.js";

register("public-map", () => import("./public-map.js"));
