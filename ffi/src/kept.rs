//! What an object of ours refers to and must therefore keep alive.
//!
//! A C program frees a key whenever it likes, also while a sealer that was told of it lives on.
//! So handles are counted, and whoever borrows from one holds a count: beside what borrows, in a
//! [`Keeping`] that drops the borrower first.

use std::any::Any;
use std::sync::Arc;

use crate::handle::{Handle, Noun, Shared};

/// Counts of the objects that something refers to.
#[derive(Clone, Default)]
pub struct Kept(Vec<Arc<dyn Any + Send + Sync>>);

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
        // SAFETY: the value lies in the Arc, which is kept below for as long as the borrower; the
        // borrower never leaves this struct, except with a copy of the counts.
        let value: &'static T = unsafe { &*std::ptr::from_ref(object.value()) };
        self.kept.0.push(object);
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

    /// What came out of the borrower and refers to the same objects.
    pub fn beside<C>(&self, borrower: C) -> Keeping<C> {
        Keeping {
            borrower,
            kept: self.kept.clone(),
        }
    }
}
