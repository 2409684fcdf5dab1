//! What an object of ours refers to and must therefore keep alive.
//!
//! A C program frees a key whenever it likes, also while a sealer that was told of it lives on.
//! So handles are counted, and whoever borrows from one holds a count: beside what borrows, in a
//! [`Keeping`] that drops the borrower first.

use std::any::Any;
use std::sync::Arc;

use hippocrypt::Result;

use crate::handle::{Handle, Noun, Shared};

/// Counts of the objects that something refers to.
#[derive(Clone, Default)]
struct Kept(Vec<Arc<dyn Any + Send + Sync>>);

impl Kept {
    /// Keeps a value, and gives a reference to it.
    ///
    /// # Safety
    /// The reference is dropped before this and all its clones.
    unsafe fn keep<V: Any + Send + Sync>(&mut self, value: Arc<V>) -> &'static V {
        // SAFETY: the Arc, which is kept, holds the value where it is.
        let lent = unsafe { &*Arc::as_ptr(&value) };
        self.0.push(value);
        lent
    }
}

/// Something that borrows, and what it borrows from.
pub struct Keeping<B> {
    // Dropped first.
    borrower: B,
    kept: Kept,
}

impl<B: Default> Keeping<B> {
    /// One that borrows from nothing yet.
    pub fn new() -> Self {
        Self {
            borrower: B::default(),
            kept: Kept::default(),
        }
    }

    /// Builds on: `add` gets the borrower as it is and the object that it will refer to.
    pub fn add<T: Noun<Ownership = Shared>>(
        &mut self,
        object: Arc<Handle<T>>,
        add: impl FnOnce(B, &'static T) -> B,
    ) {
        // SAFETY: only the borrower gets the reference, which is dropped before `kept` and leaves
        // this struct with a copy of the counts only.
        let value = unsafe { self.kept.keep(object) }.value();
        self.borrower = add(std::mem::take(&mut self.borrower), value);
    }

    /// The same with a value that is no object, or has several of them.
    pub fn add_value<V: Any + Send + Sync>(
        &mut self,
        value: V,
        add: impl FnOnce(B, &'static V) -> B,
    ) {
        // SAFETY: as in `add`.
        let value = unsafe { self.kept.keep(Arc::new(value)) };
        self.borrower = add(std::mem::take(&mut self.borrower), value);
    }

    /// Builds on with what refers to nothing.
    pub fn change(&mut self, change: impl FnOnce(B) -> B) {
        self.borrower = change(std::mem::take(&mut self.borrower));
    }
}

impl<B> Keeping<B> {
    /// The borrower, to use it.
    pub fn get(&mut self) -> &mut B {
        &mut self.borrower
    }

    /// The borrower, to look at it.
    pub const fn look(&self) -> &B {
        &self.borrower
    }

    /// What comes out of the borrower and refers to the same objects, and to these bytes.
    pub fn beside_bytes<C>(
        &mut self,
        bytes: &[u8],
        make: impl FnOnce(&mut B, &'static [u8]) -> Result<C>,
    ) -> Result<Keeping<C>> {
        let mut kept = self.kept.clone();
        // SAFETY: what is made gets the reference and is dropped before `kept`; the borrower, which
        // is lent for the call, keeps nothing: no lender of the library stores what it opens.
        let bytes = unsafe { kept.keep(Arc::new(bytes.to_vec())) };
        let borrower = make(&mut self.borrower, bytes)?;
        Ok(Keeping { borrower, kept })
    }

    /// What came out of the borrower and refers to the same objects.
    pub fn beside<C>(&self, borrower: C) -> Keeping<C> {
        Keeping {
            borrower,
            kept: self.kept.clone(),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    struct Key(String);

    impl Noun for Key {
        const NAME: &'static str = "key";
        type Ownership = Shared;
    }

    /// Borrows keys, and reads them when it is dropped.
    #[derive(Default)]
    struct Reader(Vec<&'static str>);

    impl Drop for Reader {
        fn drop(&mut self) {
            assert!(self.0.iter().all(|text| text.starts_with("key")));
        }
    }

    #[test]
    fn what_is_borrowed_outlives_handle_and_borrower() {
        let mut reader: Keeping<Reader> = Keeping::new();
        for number in 0..3 {
            let handle = Handle::give(Key(format!("key {number}")));
            // SAFETY: a handle, freed once.
            let kept = unsafe { Handle::keep(handle) }.unwrap();
            // SAFETY: as above.
            unsafe { Handle::free(handle) };
            reader.add(kept, |mut reader, key| {
                reader.0.push(&key.0);
                reader
            });
        }
        reader.add_value(String::from("key of its own"), |mut reader, text| {
            reader.0.push(text);
            reader
        });
        let second = reader.beside(Reader(reader.look().0.clone()));
        let bytes = reader.beside_bytes(b"key bytes", |_, bytes| Ok(bytes));
        drop(reader);
        assert_eq!(
            second.look().0,
            ["key 0", "key 1", "key 2", "key of its own"]
        );
        assert_eq!(*bytes.unwrap().look(), b"key bytes");
    }
}
