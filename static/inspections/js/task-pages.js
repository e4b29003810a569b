// The modules of the pages about tasks and duty.
import { register } from "../../gridgov/js/app.js";

register("task-board", () => import("./task-board.js"));
register("track-map", () => import("./track-map.js"));
