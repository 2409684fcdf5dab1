//! What goes out: written when a call has succeeded, and only then.

use std::ptr;

use hippocrypt::Error;

use crate::fault::Fault;
use crate::handle::{Handle, Noun};

/// A way to give something to C.
pub trait Answer {
    /// Where C wants it.
    type C: Copy;
    /// What a function's body answers.
    type Value;

    /// Refuses a place that leads nowhere, before anything is done.
    fn check(c: Self::C) -> Result<(), Fault>;

    /// Whether the place has room for exactly this; `length` is the argument behind it.
    fn fits(_: &Self::Value, _length: usize) -> bool {
        true
    }

    /// Writes it there.
    ///
    /// # Safety
    /// The place is one that [`Answer::check`] let pass, and has the room that `length` says.
    unsafe fn write(c: Self::C, value: Self::Value);
}

/// A new object, which the caller frees.
pub struct New<T>(T);
/// A new object, unless the caller wants none and gives NULL.
pub struct MaybeNew<T>(T);
/// A new object, or NULL where there is none.
pub struct NewOrNone<T>(T);
/// As many new objects as the caller has room for.
pub struct NewList<T>(T);
/// A number.
pub struct Number<N>(N);
/// So many bytes.
pub enum Fixed<const N: usize> {}

fn present<T>(place: *mut T) -> Result<(), Fault> {
    if place.is_null() {
        Err(Fault::Null)
    } else {
        Ok(())
    }
}

impl<T: Noun> Answer for New<T> {
    type C = *mut *mut Handle<T>;
    type Value = T;

    fn check(c: Self::C) -> Result<(), Fault> {
        present(c)
    }

    unsafe fn write(c: Self::C, value: T) {
        // SAFETY: not NULL, and the caller's promise.
        unsafe { ptr::write(c, Handle::give(value)) }
    }
}

impl<T: Noun> Answer for MaybeNew<T> {
    type C = *mut *mut Handle<T>;
    type Value = T;

    fn check(_: Self::C) -> Result<(), Fault> {
        Ok(())
    }

    unsafe fn write(c: Self::C, value: T) {
        if !c.is_null() {
            // SAFETY: not NULL, and the caller's promise.
            unsafe { ptr::write(c, Handle::give(value)) }
        }
    }
}

impl<T: Noun> Answer for NewOrNone<T> {
    type C = *mut *mut Handle<T>;
    type Value = Option<T>;

    fn check(c: Self::C) -> Result<(), Fault> {
        present(c)
    }

    unsafe fn write(c: Self::C, value: Option<T>) {
        let handle = value.map_or(ptr::null_mut(), Handle::give);
        // SAFETY: not NULL, and the caller's promise.
        unsafe { ptr::write(c, handle) }
    }
}

impl<T: Noun> Answer for NewList<T> {
    type C = *mut *mut Handle<T>;
    type Value = Vec<T>;

    fn check(c: Self::C) -> Result<(), Fault> {
        present(c)
    }

    fn fits(value: &Vec<T>, length: usize) -> bool {
        value.len() == length
    }

    unsafe fn write(c: Self::C, value: Vec<T>) {
        for (place, one) in value.into_iter().enumerate() {
            // SAFETY: `fits` has compared the number of objects with that of places.
            unsafe { ptr::write(c.add(place), Handle::give(one)) }
        }
    }
}

impl<N: Copy> Answer for Number<N> {
    type C = *mut N;
    type Value = N;

    fn check(c: Self::C) -> Result<(), Fault> {
        present(c)
    }

    unsafe fn write(c: Self::C, value: N) {
        // SAFETY: not NULL, and the caller's promise.
        unsafe { ptr::write(c, value) }
    }
}

impl<const N: usize> Answer for Fixed<N> {
    type C = *mut u8;
    type Value = [u8; N];

    fn check(c: Self::C) -> Result<(), Fault> {
        present(c)
    }

    unsafe fn write(c: Self::C, value: [u8; N]) {
        // SAFETY: not NULL, and the caller's promise of N bytes.
        unsafe { ptr::copy_nonoverlapping(value.as_ptr(), c, N) }
    }
}

/// All outputs of a function together.
pub trait Answers {
    /// Where C wants them.
    type Places;
    /// How many objects each place has room for.
    type Rooms;
    /// What the function answers.
    type Values;

    /// As [`Answer::check`], for each of them.
    fn check(places: &Self::Places) -> Result<(), Fault>;

    /// Writes all of them, or none.
    ///
    /// # Safety
    /// As of [`Answer::write`], for each of them.
    unsafe fn write(
        places: Self::Places,
        rooms: Self::Rooms,
        values: Self::Values,
    ) -> Result<(), Fault>;
}

macro_rules! answers {
    ($($answer:ident $place:ident $room:ident $value:ident),*) => {
        impl<$($answer: Answer),*> Answers for ($($answer,)*) {
            type Places = ($($answer::C,)*);
            type Rooms = ($(answers!(@room $answer),)*);
            type Values = ($($answer::Value,)*);

            fn check(places: &Self::Places) -> Result<(), Fault> {
                let ($($place,)*) = places;
                $($answer::check(*$place)?;)*
                Ok(())
            }

            unsafe fn write(
                places: Self::Places,
                rooms: Self::Rooms,
                values: Self::Values,
            ) -> Result<(), Fault> {
                let (($($place,)*), ($($room,)*), ($($value,)*)) = (places, rooms, values);
                if !(true $(&& $answer::fits(&$value, $room))*) {
                    return Err(Error::Argument("room for exactly the objects there are").into());
                }
                $(
                    // SAFETY: the caller's promise, and the room was checked.
                    unsafe { $answer::write($place, $value) };
                )*
                Ok(())
            }
        }
    };
    (@room $answer:ident) => { usize };
}
answers!();
answers!(A place_a room_a value_a);
answers!(A place_a room_a value_a, B place_b room_b value_b);
answers!(A place_a room_a value_a, B place_b room_b value_b, C place_c room_c value_c);
