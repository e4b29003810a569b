// The modules of the pages of going out.
import { register } from "../../gridgov/js/app.js";

register("visit", () => import("./visit.js"));
register("visit-list", () => import("./visit-list.js"));
register("object-profile", () => import("./object-profile.js"));
register("nearby", () => import("./nearby.js"));
register("keep-day", () => import("./keep-day.js"));
register("duty-switch", () => import("./duty-switch.js"));
register("task-board", () => import("./task-board.js"));
register("track-map", () => import("./track-map.js"));
register("order-place", () => import("./order-place.js"));
