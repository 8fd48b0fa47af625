//! Nothing of our own: this package names the contracts of others that `tests/system` builds, and pins them in Cargo.lock.
