// What the two JavaScript stacks are asked to do, in one bundle.
import "./parsing.js";
import "./registering.js";
import "./ringing.js";
