// The module that draws boxes over a photo.
import { register } from "../../gridgov/js/app.js";

register("redact-photo", () => import("./redact-photo.js"));
