// The modules of the pages where people without an account report.
import { register } from "../../gridgov/js/app.js";

register("public-place", () => import("./public-place.js"));
register("public-copy", () => import("./public-copy.js"));
register("public-shown", () => Promise.resolve({ default: (element) => { element.hidden = false; } }));
