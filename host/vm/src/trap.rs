//! Owns which traps of the engine are a contract's doing; it must never blame a contract for one that no allowed instruction raises.

use wasmtime::Trap;

use crate::error::TrapKind;

/// The trap's name if the allowed instructions can raise it; any other is the host's fault.
pub(crate) fn trap_kind(trap: Trap) -> Option<TrapKind> {
    Some(match trap {
        Trap::MemoryOutOfBounds => TrapKind::MemoryOutOfBounds,
        Trap::TableOutOfBounds => TrapKind::TableOutOfBounds,
        Trap::IndirectCallToNull => TrapKind::IndirectCallToNull,
        Trap::BadSignature => TrapKind::BadSignature,
        Trap::IntegerOverflow => TrapKind::IntegerOverflow,
        Trap::IntegerDivisionByZero => TrapKind::DivisionByZero,
        Trap::BadConversionToInteger => TrapKind::BadConversion,
        Trap::UnreachableCodeReached => TrapKind::Unreachable,
        // The engine's list is open. `tests` knows every trap of the pinned engine and why the rest cannot happen.
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use super::*;

    /// Why no contract can raise a trap: the proposal that brings it is off in the engine, and refused by the static checks.
    fn out_of_reach(trap: Trap) -> Option<&'static str> {
        Some(match trap {
            Trap::StackOverflow => {
                "every value that a frame may keep is counted, and the count ends a call at half the stack"
            }
            Trap::HeapMisaligned | Trap::AtomicWaitNonSharedMemory => "threads are refused",
            Trap::Interrupt => "no epoch is set",
            Trap::OutOfFuel => "fuel is not counted",
            Trap::DisabledOpcode => "code is for this machine, not for the interpreter",
            Trap::NullReference
            | Trap::ArrayOutOfBounds
            | Trap::AllocationTooLarge
            | Trap::CastFailure => "garbage collection and typed references are refused",
            Trap::UnhandledTag | Trap::ContinuationAlreadyConsumed => {
                "exceptions and stack switching are refused"
            }
            Trap::CannotEnterComponent
            | Trap::CannotLeaveComponent
            | Trap::CannotBlockSyncTask
            | Trap::NoAsyncResult
            | Trap::AsyncDeadlock
            | Trap::InvalidChar
            | Trap::DebugAssertStringEncodingFinished
            | Trap::DebugAssertEqualCodeUnits
            | Trap::DebugAssertPointerAligned
            | Trap::DebugAssertUpperBitsUnset
            | Trap::StringOutOfBounds
            | Trap::ListOutOfBounds
            | Trap::InvalidDiscriminant
            | Trap::UnalignedPointer
            | Trap::TaskCancelNotCancelled
            | Trap::TaskCancelOrReturnTwice
            | Trap::SubtaskCancelAfterTerminal
            | Trap::TaskReturnInvalid
            | Trap::WaitableSetDropHasWaiters
            | Trap::SubtaskDropNotResolved
            | Trap::ThreadNewIndirectInvalidType
            | Trap::ThreadNewIndirectUninitialized
            | Trap::BackpressureOverflow
            | Trap::UnsupportedCallbackCode
            | Trap::CannotResumeThread
            | Trap::ConcurrentFutureStreamOp
            | Trap::ReferenceCountOverflow
            | Trap::StreamOpTooBig
            | Trap::WaitableSyncAndAsync
            | Trap::UncaughtException => "components are refused",
            _ => return None,
        })
    }

    /// A new engine may bring a new trap: it must be named, or shown to be out of reach, before it is released.
    #[test]
    fn every_trap_of_the_engine_is_named_or_out_of_reach() {
        let mut named = 0;
        for trap in (0..=u8::MAX).filter_map(Trap::from_u8) {
            match (trap_kind(trap), out_of_reach(trap)) {
                (Some(_), None) => named += 1,
                (None, Some(_)) => {}
                (None, None) => panic!("{trap:?} falls through"),
                (Some(_), Some(_)) => panic!("{trap:?} is both named and out of reach"),
            }
        }
        assert_eq!(named, 8);
    }

    /// A trap that falls through is a fault, which stops the node; only the list above keeps it from contracts.
    #[test]
    fn a_trap_out_of_reach_has_no_name() {
        assert_eq!(
            trap_kind(Trap::from_u8(Trap::Interrupt as u8).unwrap()),
            None
        );
        assert_eq!(trap_kind(Trap::OutOfFuel), None);
    }
}
