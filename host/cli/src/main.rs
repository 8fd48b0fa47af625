//! The binary `commons`. Owns nothing but the process: everything is in the library, which answers with an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    commons_cli::run(std::env::args_os())
}
