//! Handles: what a C program holds of an object, with its ownership in its type.
//!
//! Every handle begins with a number of its type, which is looked at before anything else: a
//! handle of another type is refused, and so is one that was freed, as far as its memory still
//! shows it. What C must not share between threads lies in a lock that nobody waits for.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};

use crate::fault::Fault;

/// Something that C programs hold by a pointer.
pub trait Noun: Sized + Send + Sync + 'static {
    /// Its type in the header.
    const NAME: &'static str;
    /// Whether several threads may use one at once.
    type Ownership: Ownership;
}

/// How a type may be used; only [`Shared`] and [`Exclusive`] are.
pub trait Ownership {
    /// What stands in the handle.
    type Cell<T: Noun>: From<T> + Send + Sync;
}

/// Never changes: any number of threads may use it at once, and other objects may keep it.
pub enum Shared {}
/// Changes with its use: one call at a time.
pub enum Exclusive {}

impl Ownership for Shared {
    type Cell<T: Noun> = Same<T>;
}
impl Ownership for Exclusive {
    type Cell<T: Noun> = Mutex<T>;
}

/// An object as it is.
pub struct Same<T>(T);

impl<T> From<T> for Same<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

/// What a pointer of C's leads to: always inside an [`Arc`].
#[repr(C)]
pub struct Handle<T: Noun> {
    tag: AtomicU64,
    cell: <T::Ownership as Ownership>::Cell<T>,
}

const FREED: u64 = 0;

/// The number of a type: FNV-1a of its name.
const fn tag<T: Noun>() -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut rest = T::NAME.as_bytes();
    while let [first, behind @ ..] = rest {
        hash = (hash ^ *first as u64).wrapping_mul(0x0100_0000_01b3);
        rest = behind;
    }
    hash
}

impl<T: Noun> Handle<T> {
    /// A new handle, which [`Handle::free`] takes back.
    pub fn give(value: T) -> *mut Self {
        let handle = Arc::new(Self {
            tag: AtomicU64::new(tag::<T>()),
            cell: value.into(),
        });
        Arc::into_raw(handle).cast_mut()
    }

    /// Looks at the number of the type.
    ///
    /// # Safety
    /// `pointer` is NULL or leads to a handle of this library.
    unsafe fn check<'a>(pointer: *const Self) -> Result<&'a Self, Fault> {
        if pointer.is_null() {
            return Err(Fault::Null);
        }
        if !pointer.is_aligned() {
            return Err(Fault::Handle);
        }
        // SAFETY: every handle, of whatever type, is aligned as this one and begins with its tag.
        let found = unsafe { &*pointer.cast::<AtomicU64>() };
        if found.load(Ordering::Acquire) != tag::<T>() {
            return Err(Fault::Handle);
        }
        // SAFETY: the tag says that the type is this one.
        Ok(unsafe { &*pointer })
    }

    /// Frees a handle; NULL, and what is no handle of this type, is left alone.
    ///
    /// # Safety
    /// As of [`Handle::check`]; nobody uses the handle any more.
    pub unsafe fn free(pointer: *mut Self) {
        // SAFETY: the caller's promise.
        let Ok(handle) = (unsafe { Self::check(pointer) }) else {
            return;
        };
        if handle.tag.swap(FREED, Ordering::AcqRel) == tag::<T>() {
            // SAFETY: it came from `give`, and the tag lets nobody come here twice.
            drop(unsafe { Arc::from_raw(pointer.cast_const()) });
        }
    }
}

impl<T: Noun<Ownership = Shared>> Handle<T> {
    /// The object, for the time of a call.
    ///
    /// # Safety
    /// As of [`Handle::check`]; the handle is not freed meanwhile.
    pub unsafe fn get<'a>(pointer: *const Self) -> Result<&'a T, Fault> {
        // SAFETY: the caller's promise.
        Ok(unsafe { Self::check(pointer) }?.value())
    }

    /// The object, for longer than its handle.
    ///
    /// # Safety
    /// As of [`Handle::get`].
    pub unsafe fn keep(pointer: *const Self) -> Result<Arc<Self>, Fault> {
        // SAFETY: the caller's promise; what passes the check came from `give`, which is an Arc.
        unsafe {
            Self::check(pointer)?;
            Arc::increment_strong_count(pointer);
            Ok(Arc::from_raw(pointer))
        }
    }

    /// The object.
    pub fn value(&self) -> &T {
        &self.cell.0
    }
}

impl<T: Noun<Ownership = Exclusive>> Handle<T> {
    /// The object, for this call alone.
    ///
    /// # Safety
    /// As of [`Handle::check`]; the handle is not freed meanwhile.
    pub unsafe fn lock<'a>(pointer: *const Self) -> Result<MutexGuard<'a, T>, Fault> {
        // SAFETY: the caller's promise.
        unsafe { Self::check(pointer) }?.try_lock()
    }

    /// As [`Handle::lock`], for longer than its handle.
    ///
    /// # Safety
    /// As of [`Handle::lock`].
    pub unsafe fn keep_exclusive(pointer: *const Self) -> Result<Arc<Self>, Fault> {
        // SAFETY: the caller's promise; what passes the check came from `give`, which is an Arc.
        unsafe {
            Self::check(pointer)?;
            Arc::increment_strong_count(pointer);
            Ok(Arc::from_raw(pointer))
        }
    }

    /// The object, if nobody else uses it now.
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, Fault> {
        self.cell.try_lock().map_err(|refused| match refused {
            TryLockError::WouldBlock => Fault::InUse,
            // A call before this one ended in the middle.
            TryLockError::Poisoned(_) => Fault::Panic,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicPtr, AtomicUsize};

    struct Number(Arc<AtomicUsize>);
    struct Other;
    struct Changing(u32);

    impl Noun for Number {
        const NAME: &'static str = "number";
        type Ownership = Shared;
    }
    impl Noun for Other {
        const NAME: &'static str = "other";
        type Ownership = Shared;
    }
    impl Noun for Changing {
        const NAME: &'static str = "changing";
        type Ownership = Exclusive;
    }
    impl Drop for Number {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn an_object_lives_as_long_as_somebody_keeps_it() {
        let dropped = Arc::new(AtomicUsize::new(0));
        let handle = Handle::give(Number(dropped.clone()));
        // SAFETY: a handle, which the last line frees for good.
        unsafe {
            let kept = Handle::keep(handle).unwrap();
            Handle::free(handle);
            // Its memory is still there, so a second time is seen to be one.
            assert!(matches!(Handle::get(handle), Err(Fault::Handle)));
            Handle::free(handle);
            assert_eq!(dropped.load(Ordering::SeqCst), 0);
            assert_eq!(kept.value().0.load(Ordering::SeqCst), 0);
        }
        assert_eq!(dropped.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_handle_of_another_type_is_refused_and_stays() {
        let other = Handle::give(Other);
        let changing = Handle::give(Changing(1));
        // SAFETY: handles, if of other types, and NULL.
        unsafe {
            assert!(matches!(
                Handle::<Number>::get(other.cast()),
                Err(Fault::Handle)
            ));
            assert!(matches!(
                Handle::<Other>::get(changing.cast()),
                Err(Fault::Handle)
            ));
            let odd = other.cast::<u8>().wrapping_add(1);
            assert!(matches!(
                Handle::<Other>::get(odd.cast()),
                Err(Fault::Handle)
            ));
            assert!(matches!(
                Handle::<Other>::get(std::ptr::null()),
                Err(Fault::Null)
            ));
            Handle::<Number>::free(other.cast());
            Handle::<Number>::free(std::ptr::null_mut());
            assert!(Handle::get(other).is_ok());
            Handle::free(other);
            Handle::free(changing);
        }
    }

    #[test]
    fn an_exclusive_object_serves_one_at_a_time() {
        let handle = Handle::give(Changing(1));
        // SAFETY: a handle, freed at the end.
        unsafe {
            let mut first = Handle::lock(handle).unwrap();
            assert!(matches!(Handle::lock(handle), Err(Fault::InUse)));
            first.0 += 1;
            drop(first);
            assert_eq!(Handle::lock(handle).unwrap().0, 2);
            let kept = Handle::keep_exclusive(handle).unwrap();
            Handle::free(handle);
            assert_eq!(kept.try_lock().unwrap().0, 2);
        }
    }

    #[test]
    fn a_panic_in_the_middle_closes_an_object() {
        let handle = AtomicPtr::new(Handle::give(Changing(1)));
        std::panic::set_hook(Box::new(|_| ()));
        let broken = std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                // SAFETY: a handle, freed at the end.
                let _held = unsafe { Handle::lock(handle.load(Ordering::SeqCst)) }.unwrap();
                std::panic::panic_any(0);
            });
            thread.join().is_err()
        });
        let _ = std::panic::take_hook();
        assert!(broken);
        // SAFETY: a handle, which nobody uses any more.
        unsafe {
            let handle = handle.load(Ordering::SeqCst);
            assert!(matches!(Handle::lock(handle), Err(Fault::Panic)));
            Handle::free(handle);
        }
    }
}
