//! Starts the console in the page that loads it.

fn main() {
    cordboard_console::run();
}
