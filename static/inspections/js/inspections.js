// The modules of the pages of going out.
import { register } from "../../gridgov/js/app.js";

register("visit", () => import("./visit.js"));
