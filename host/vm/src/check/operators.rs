//! Owns the set of instructions a contract may use; it must never let one through whose price or result is not fixed.

use wasmparser::{FuncValidatorAllocations, FunctionBody, Operator};

use super::module::{PendingFunction, malformed};
use crate::error::Reject;

/// Proposals whose instructions are allowed. Reference types are not among them: only their encoding of indirect calls is.
pub(crate) const ALLOWED: [&str; 3] = ["mvp", "sign_extension", "saturating_float_to_int"];

/// Validates every body, then looks at every instruction. Returns the bodies for further rules.
pub(super) fn check(functions: Vec<PendingFunction<'_>>) -> Result<Vec<FunctionBody<'_>>, Reject> {
    let mut allocations = FuncValidatorAllocations::default();
    let mut bodies = Vec::with_capacity(functions.len());
    for (function, body) in functions {
        let mut validator = function.into_validator(allocations);
        validator.validate(&body).map_err(malformed)?;
        allocations = validator.into_allocations();
        bodies.push(body);
    }
    bodies.iter().try_for_each(check_body)?;
    Ok(bodies)
}

fn check_body(body: &FunctionBody<'_>) -> Result<(), Reject> {
    let mut reader = body.get_operators_reader().map_err(malformed)?;
    while !reader.eof() {
        let (operator, offset) = reader.read_with_offset().map_err(malformed)?;
        let proposal = proposal(&operator);
        if !ALLOWED.contains(&proposal) {
            return Err(Reject::Operator { proposal, offset });
        }
    }
    Ok(())
}

/// The name of the proposal that brought an instruction.
pub(crate) fn proposal(operator: &Operator<'_>) -> &'static str {
    macro_rules! proposal_of {
        ($( @$proposal:ident $name:ident $({ $($argument:ident: $type:ty),* })? => $visit:ident ($($arity:tt)*) )*) => {
            match operator {
                $( Operator::$name { .. } => stringify!($proposal), )*
                _ => "unknown",
            }
        };
    }
    wasmparser::for_each_operator!(proposal_of)
}
