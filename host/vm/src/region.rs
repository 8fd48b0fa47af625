//! Owns the layout and checks of regions in a contract's memory; it must never trust a number found there.

use crate::error::RegionError;

/// Bytes of a region in memory.
const SIZE: usize = 12;

/// A piece of linear memory as the contract describes it: three little-endian numbers of 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub(crate) offset: u32,
    pub(crate) capacity: u32,
    pub(crate) length: u32,
}

impl Region {
    /// Reads and checks the region at `pointer`.
    pub(crate) fn at(memory: &[u8], pointer: u32) -> Result<Self, RegionError> {
        let missing = RegionError::Dereference { pointer };
        let bytes: &[u8; SIZE] = slice(memory, pointer, SIZE)
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(missing)?;
        let [a, b, c, d, e, f, g, h, i, j, k, l] = *bytes;
        let region = Self {
            offset: u32::from_le_bytes([a, b, c, d]),
            capacity: u32::from_le_bytes([e, f, g, h]),
            length: u32::from_le_bytes([i, j, k, l]),
        };
        region.check()?;
        Ok(region)
    }

    fn check(&self) -> Result<(), RegionError> {
        if self.offset == 0 {
            return Err(RegionError::ZeroOffset);
        }
        if self.length > self.capacity {
            return Err(RegionError::LengthExceedsCapacity {
                length: self.length,
                capacity: self.capacity,
            });
        }
        if self.capacity > u32::MAX - self.offset {
            return Err(RegionError::OutOfAddressSpace {
                offset: self.offset,
                capacity: self.capacity,
            });
        }
        Ok(())
    }

    /// Copies the bytes in use, at most `limit` of them.
    pub(crate) fn copy(&self, memory: &[u8], limit: u32) -> Result<Vec<u8>, RegionError> {
        let length = self.length;
        if length > limit {
            return Err(RegionError::TooLong { length, limit });
        }
        let access = RegionError::Access {
            offset: self.offset,
            length,
        };
        let length = usize::try_from(length).map_err(|_| access)?;
        slice(memory, self.offset, length)
            .map(<[u8]>::to_vec)
            .ok_or(access)
    }

    /// Writes `data` into the region and its length into the three numbers at `pointer`.
    pub(crate) fn fill(
        mut self,
        memory: &mut [u8],
        pointer: u32,
        data: &[u8],
    ) -> Result<(), RegionError> {
        let small = RegionError::TooSmall {
            capacity: self.capacity,
            required: data.len(),
        };
        self.length = u32::try_from(data.len()).map_err(|_| small)?;
        if self.length > self.capacity {
            return Err(small);
        }
        let access = RegionError::Access {
            offset: self.offset,
            length: self.length,
        };
        slice_mut(memory, self.offset, data.len())
            .ok_or(access)?
            .copy_from_slice(data);
        slice_mut(memory, pointer, SIZE)
            .ok_or(RegionError::Dereference { pointer })?
            .copy_from_slice(&self.bytes());
        Ok(())
    }

    fn bytes(&self) -> [u8; SIZE] {
        let [a, b, c, d] = self.offset.to_le_bytes();
        let [e, f, g, h] = self.capacity.to_le_bytes();
        let [i, j, k, l] = self.length.to_le_bytes();
        [a, b, c, d, e, f, g, h, i, j, k, l]
    }
}

fn slice(memory: &[u8], offset: u32, length: usize) -> Option<&[u8]> {
    let start = usize::try_from(offset).ok()?;
    memory.get(start..start.checked_add(length)?)
}

fn slice_mut(memory: &mut [u8], offset: u32, length: usize) -> Option<&mut [u8]> {
    let start = usize::try_from(offset).ok()?;
    memory.get_mut(start..start.checked_add(length)?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    fn memory_with(region: Region) -> Vec<u8> {
        let mut memory = vec![0; 64];
        memory[..SIZE].copy_from_slice(&region.bytes());
        memory
    }

    #[test]
    fn a_region_may_hold_its_own_description() {
        let region = Region {
            offset: 4,
            capacity: 20,
            length: 0,
        };
        let mut memory = memory_with(region);
        let region = Region::at(&memory, 0).unwrap();
        region.fill(&mut memory, 0, &[7; 20]).unwrap();
        assert_eq!(
            memory[..SIZE],
            Region {
                length: 20,
                ..region
            }
            .bytes()
        );
    }

    #[test]
    fn an_empty_read_at_the_end_of_memory_works_and_beyond_it_fails() {
        let empty_at = |offset| Region {
            offset,
            capacity: 0,
            length: 0,
        };
        let memory = vec![0; 64];
        assert_eq!(empty_at(64).copy(&memory, 9), Ok(Vec::new()));
        let beyond = RegionError::Access {
            offset: 65,
            length: 0,
        };
        assert_eq!(empty_at(65).copy(&memory, 9), Err(beyond));
    }
}
