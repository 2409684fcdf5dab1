//! A monitor: records in frames, each sealed and signed while it is made, for whoever the coupons
//! are for.
//!
//! Nothing of a session is kept over a reset. What was sent before opens to its last whole frame,
//! and recording goes on in another session, under another coupon.

use alloc::boxed::Box;

use hippocrypt::asymmetric::SigningKey;
use hippocrypt::envelope::{Record, RecordId, SegmentSealer, SessionSealer};
use hippocrypt::policy::LabelSet;
use hippocrypt::pre::{Cache, Coupon, Flash, FlashCouponStore, SealingKey};
use hippocrypt::{Error, Randomness, Result, Secret};

/// Bytes of a frame that are sealed at once.
pub const CHUNK: usize = 1024;
/// Bytes of a chunk's tag.
const TAG: usize = 16;

/// The memory, in one piece, that a session takes under a coupon of so many bytes at most, whatever its name: above
/// all that was measured. tests/device/memory.rs looks at sessions that have just this much.
pub const fn session_memory(coupon_bytes: usize) -> usize {
    8 * coupon_bytes + 1536
}

/// What the monitor needs of the board it runs on. A value is a handle and as good as any other.
pub trait Board: Flash + Copy {
    /// Fills `bytes` from the board's generator of random numbers.
    ///
    /// # Errors
    /// [`Error::Randomness`].
    fn random(&self, bytes: &mut [u8]) -> Result<()>;

    /// The time in Unix seconds, if the board has a clock that was set.
    fn time(&self) -> Option<u64>;

    /// Takes the next bytes of what is sent: into flash, or over the air.
    ///
    /// # Errors
    /// [`Error::Io`]; the session is over then.
    fn send(&self, bytes: &[u8]) -> Result<()>;
}

/// The board's generator as the library wants one.
struct Dice<B>(B);

impl<B: Board> Randomness for Dice<B> {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<()> {
        self.0.random(bytes)
    }
}

/// The device, from one reset to the next.
pub struct Monitor<B: Board + 'static> {
    board: B,
    key: &'static SigningKey,
    /// Names this boot in records without a time.
    boot: [u8; 16],
    sessions: u64,
    store: Option<FlashCouponStore<B>>,
    session: Option<SessionSealer<'static>>,
    frame: Option<Frame>,
}

/// A frame that is being recorded.
struct Frame {
    segment: SegmentSealer<'static>,
    chunk: [u8; CHUNK + TAG],
    filled: usize,
}

impl<B: Board + 'static> Monitor<B> {
    /// Begins after a reset. The key is kept until the next one.
    ///
    /// # Errors
    /// [`Error::Randomness`].
    pub fn start(board: B, seed: &Secret<[u8; 32]>) -> Result<Self> {
        let mut boot = [0; 16];
        board.random(&mut boot)?;
        Ok(Self {
            board,
            key: Box::leak(Box::new(SigningKey::from_seed(seed))),
            boot,
            sessions: 0,
            store: None,
            session: None,
            frame: None,
        })
    }

    /// Opens the coupons in the flash, and finishes what a reset interrupted.
    ///
    /// # Errors
    /// Those of [`FlashCouponStore::open`].
    pub fn open(&mut self) -> Result<()> {
        self.store = Some(FlashCouponStore::open(self.board)?);
        Ok(())
    }

    /// The opened store.
    ///
    /// # Errors
    /// [`Error::Missing`].
    pub fn store(&mut self) -> Result<&mut FlashCouponStore<B>> {
        self.store
            .as_mut()
            .ok_or(Error::Missing("store of coupons"))
    }

    /// Takes a store that was made elsewhere.
    pub fn set_store(&mut self, store: FlashCouponStore<B>) {
        self.store = Some(store);
    }

    /// How many coupons are left.
    ///
    /// # Errors
    /// [`Error::Missing`] before [`Monitor::open`].
    pub fn coupons(&mut self) -> Result<usize> {
        Ok(self.store()?.left())
    }

    /// Begins a session under the next coupon, and sends its header. `name` is visible. One that was begun before is
    /// over.
    ///
    /// # Errors
    /// Before a coupon is spent: those of [`RecordId::ascii`]; [`Error::TooLarge`] where there is less memory than
    /// [`session_memory`] says; [`Error::NoCoupon`]. Then those of the store, the board and
    /// [`SessionSealer::with_coupon`].
    pub fn begin(&mut self, name: &str) -> Result<()> {
        self.close();
        let store = self.store()?;
        // Before a coupon is spent: where memory runs out the device stops.
        let id = RecordId::ascii(name)?;
        if crate::room() < session_memory(store.layout().coupon_bytes) {
            return Err(Error::TooLarge("memory"));
        }
        let coupon = store.take_next()?;
        self.begin_with(id, coupon)
    }

    /// The session and frame that were begun are over.
    fn close(&mut self) {
        self.frame = None;
        self.session = None;
    }

    /// As [`Monitor::begin`], with a coupon from elsewhere.
    ///
    /// # Errors
    /// As [`Monitor::begin`].
    pub fn begin_with(&mut self, id: RecordId, coupon: Coupon) -> Result<()> {
        let record = Record::for_coupon(id, coupon.labels()).chunk_size(CHUNK as u32)?;
        let record = match self.board.time() {
            Some(time) => record.created(time),
            None => record.boot(&self.boot, self.sessions),
        };
        self.sessions += 1;
        self.close();
        let dice = &mut Dice(self.board);
        let session = SessionSealer::with_coupon(&record, coupon, Some(self.key), dice)?;
        self.board.send(session.header())?;
        self.session = Some(session);
        Ok(())
    }

    /// As [`Monitor::begin`] with a coupon minted here: for a device that has the patient's sealing
    /// key and the flash for pairings. `labels` are in their encoding, as a coupon has them, and
    /// what they say is not looked at.
    ///
    /// # Errors
    /// Those of [`SealingKey::from_bytes`], [`LabelSet::from_bytes`], [`SealingKey::mint`] and
    /// [`Monitor::begin`].
    pub fn begin_minting(
        &mut self,
        name: &str,
        patient: &[u8; SealingKey::BYTES],
        labels: &[u8],
    ) -> Result<()> {
        let id = RecordId::ascii(name)?;
        let labels = LabelSet::from_bytes(labels)?;
        let coupon = mint(&SealingKey::from_bytes(patient)?, &labels, self.board)?;
        self.begin_with(id, coupon)
    }

    /// Begins a frame of so many bytes.
    ///
    /// # Errors
    /// [`Error::Missing`] outside a session; [`Error::StreamEnded`] within a frame, and the session
    /// is over then.
    pub fn frame(&mut self, length: usize) -> Result<()> {
        if self.frame.is_some() {
            self.session = None;
            self.frame = None;
            return Err(Error::StreamEnded);
        }
        let session = self.session.as_mut().ok_or(Error::Missing("session"))?;
        let (start, segment) = session.begin_segment(length)?;
        self.board.send(&start)?;
        self.frame = Some(Frame {
            segment,
            chunk: [0; CHUNK + TAG],
            filled: 0,
        });
        Ok(())
    }

    /// Takes the next bytes of the frame; whole chunks are sealed and sent.
    ///
    /// # Errors
    /// [`Error::Missing`] outside a frame, [`Error::TooLarge`] beyond its length; those of the
    /// board. The session is over then.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let outcome = self.take(bytes);
        if outcome.is_err() {
            self.frame = None;
            self.session = None;
        }
        outcome
    }

    fn take(&mut self, mut bytes: &[u8]) -> Result<()> {
        let frame = self.frame.as_mut().ok_or(Error::Missing("frame"))?;
        while !bytes.is_empty() {
            let size = frame.segment.next().ok_or(Error::TooLarge("frame"))?;
            let room = frame.chunk.get_mut(frame.filled..size);
            let room = room.ok_or(Error::TooLarge("chunk"))?;
            let length = room.len().min(bytes.len());
            for (to, from) in room.iter_mut().zip(bytes) {
                *to = *from;
            }
            bytes = bytes.get(length..).unwrap_or_default();
            frame.filled += length;
            if frame.filled == size {
                frame.seal(self.board, size)?;
            }
        }
        Ok(())
    }

    /// Ends the frame with its signature.
    ///
    /// # Errors
    /// [`Error::Missing`] outside a frame or before its last byte; those of the board. The session
    /// is over then.
    pub fn end_frame(&mut self) -> Result<()> {
        let outcome = self.sign();
        if outcome.is_err() {
            self.session = None;
        }
        outcome
    }

    fn sign(&mut self) -> Result<()> {
        let mut frame = self.frame.take().ok_or(Error::Missing("frame"))?;
        if frame.segment.next() == Some(0) {
            frame.seal(self.board, 0)?;
        }
        match frame.segment.end()? {
            Some(signature) => self.board.send(&signature),
            None => Ok(()),
        }
    }

    /// Ends the session.
    ///
    /// # Errors
    /// [`Error::Missing`] outside a session or within a frame; those of the board.
    pub fn end(&mut self) -> Result<()> {
        let session = self.session.take().ok_or(Error::Missing("session"))?;
        if self.frame.take().is_some() {
            return Err(Error::Missing("end of the frame"));
        }
        self.board.send(&session.end()?)
    }
}

/// Its own function, so that nothing else is on the stack with what pairings need.
#[inline(never)]
fn mint<B: Board>(patient: &SealingKey, labels: &LabelSet, board: B) -> Result<Coupon> {
    patient.mint(labels, &mut Cache::new(), &mut Dice(board))
}

impl Frame {
    fn seal<B: Board>(&mut self, board: B, size: usize) -> Result<()> {
        let chunk = self.chunk.get_mut(..size + TAG);
        let chunk = chunk.ok_or(Error::TooLarge("chunk"))?;
        self.segment.chunk(chunk)?;
        self.filled = 0;
        board.send(chunk)
    }
}
