// The modules of the pages about cases.
import { register } from "../../gridgov/js/app.js";

register("case-rows", () => import("./case-rows.js"));
register("extent-map", () => import("./extent-map.js"));
register("first-field", () => import("./first-field.js"));
register("more-places", () => import("./more-places.js"));
register("place-picker", () => import("./place-picker.js"));
register("position", () => import("./position.js"));
register("replies", () => import("./replies.js"));
register("twins", () => import("./twins.js"));
register("presence", () => import("./presence.js"));
register("report-about", () => import("./report-about.js"));
