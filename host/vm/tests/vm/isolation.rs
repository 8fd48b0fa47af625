//! What calls share (compiled code, slots of memory) and what they must not (everything else).

use commons_vm::{Code, Vm};

#[test]
fn the_machine_and_its_code_cross_threads() {
    fn crosses<T: Send + Sync + Clone>() {}
    crosses::<Vm>();
    crosses::<Code>();
}
