// The modules of the pages about areas.
import { register } from "../../gridgov/js/app.js";

register("area-map", () => import("./area-map.js"));
