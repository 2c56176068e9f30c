//! The engine: owns the desk in a SharedWorker.
