// The modules of the pages about areas.
import { register } from "../../gridgov/js/app.js";

register("area-map", () => import("./area-map.js"));
register("pick-place", () => import("./pick-place.js"));
