// The modules of the live map and of the wall.
import { register } from "../../gridgov/js/app.js";

register("live-map", () => import("./live-map.js"));
register("wall", () => import("./wall.js"));
