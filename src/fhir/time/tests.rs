use super::*;

fn seconds(text: &str, zone: i16) -> (i64, i64) {
    let moment = Moment::date_time(text).unwrap_or_else(|| panic!("{text}"));
    (moment.start(zone), moment.end(zone))
}

#[test]
fn days_and_coarser_dates_are_read_in_the_zone() {
    assert_eq!(seconds("1970-01-01", 0), (0, 86_400));
    assert_eq!(seconds("1970-01-01", 60), (-3_600, 82_800));
    // date -u -d 2026-11-22 +%s
    assert_eq!(seconds("2026-11-22", 0).0, 1_795_305_600);
    assert_eq!(seconds("2022", 0), (1_640_995_200, 1_672_531_200));
    assert_eq!(seconds("2024-02", 0), (1_706_745_600, 1_709_251_200));
    assert_eq!(seconds("9999-12-31", 0).1, 253_402_300_800);
    assert_eq!(seconds("0001", 0).0, -62_135_596_800);
}

#[test]
fn times_bring_their_zone() {
    // date -u -d 2016-06-23T17:02:33+10:00 +%s
    assert_eq!(
        seconds("2016-06-23T17:02:33+10:00", 60),
        (1_466_665_353, 1_466_665_354)
    );
    assert_eq!(seconds("1970-01-01T00:00:00Z", 60), (0, 1));
    assert_eq!(seconds("1970-01-01T00:00:00-01:30", 0), (5_400, 5_401));
    // Within a second: the beginning is never earlier than said, the end never cut.
    assert_eq!(seconds("1970-01-01T00:00:00.5Z", 0), (1, 1));
    assert_eq!(seconds("1970-01-01T23:59:60Z", 0), (86_400, 86_401));
}

#[test]
fn every_day_of_four_centuries_follows_the_one_before() {
    let mut expected = day_number(1800, 1, 1);
    for year in 1800..2200 {
        for month in 1..=12 {
            for day in 1..=month_length(year, month).unwrap() {
                assert_eq!(day_number(year, month, day), expected);
                assert_eq!(calendar(expected), (year, month, day));
                expected += 1;
            }
        }
    }
    assert_eq!(day_number(1970, 1, 1), 0);
}

#[test]
fn other_spellings_are_refused() {
    for text in [
        "",
        "22",
        "0000",
        "2022-",
        "2022-1",
        "2022-13",
        "2022-00",
        "2022-02-29",
        "2022-2-01",
        "2022-01-01T",
        "2022-01-01T10",
        "2022-01-01T10:00",
        "2022-01-01T10:00:00",
        "2022-01-01T10:00Z",
        "2022-01-01T24:00:00Z",
        "2022-01-01T10:60:00Z",
        "2022-01-01 10:00:00Z",
        "2022-01-01T10:00:00.Z",
        "2022-01-01T10:00:00+1:00",
        "2022-01-01T10:00:00+15:00",
        "2022-01-01T10:00:00+14:30",
        "2022-01-01T10:00:00z",
        "2022-01-01Z",
        " 2022",
        "2022 ",
        "2022-01T10:00:00Z",
        "+022",
        "２０２２",
    ] {
        assert_eq!(Moment::date_time(text), None, "{text}");
    }
    assert_eq!(Moment::date("2022-01-01T10:00:00Z"), None);
    assert_eq!(Moment::instant("2022-01-01"), None);
}

#[test]
fn a_period_has_all_of_its_days_and_may_be_open() {
    let date = |text| Moment::date(text);
    let read = |from, until| interval(from, until, 0).map(|it| (it.from(), it.until()));
    assert_eq!(read(None, None), Some((None, None)));
    assert_eq!(
        read(date("1970"), date("1970-01-01")),
        Some((Some(0), Some(86_400)))
    );
    assert_eq!(read(None, date("1969-12-31")), Some((None, Some(0))));
    assert_eq!(read(date("2022-01-02"), date("2022-01-01")), None);
}

#[test]
fn what_was_read_is_written_again() {
    for (text, zone) in [
        ("2022-01-01", 0),
        ("1969-12-31", -330),
        ("2016-06-23T17:02:33+10:00", 600),
        ("2016-06-23T17:02:33-03:30", -210),
    ] {
        let moment = Moment::date_time(text).unwrap();
        assert_eq!(written(moment.start(zone), zone, false), text);
        assert_eq!(written(moment.end(zone), zone, true), text);
    }
}
