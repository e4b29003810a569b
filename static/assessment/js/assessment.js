// The modules of the figures' pages.
import { register } from "../../gridgov/js/app.js";

register("spot-map", () => import("./spot-map.js"));
