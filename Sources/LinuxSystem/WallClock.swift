// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// A moment of the clock on the wall, which may be set back and forth. Source: clock_gettime(2), `CLOCK_REALTIME`.
public struct WallClockTime: Sendable, Equatable {
    /// Seconds since 1970-01-01 00:00 UTC.
    public var seconds: Int64
    /// Nanoseconds of the second.
    public var nanoseconds: Int32

    /// A moment by its numbers.
    public init(seconds: Int64, nanoseconds: Int32) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// This moment.
    public static var now: WallClockTime {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallClockTime(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
    }

    /// In UTC with microseconds: `2026-08-01T09:30:00.250000Z`. Source: RFC 3339.
    public var rfc3339: String {
        var parts = tm()
        var seconds = time_t(seconds)
        gmtime_r(&seconds, &parts)
        func digits(_ number: Int32, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let date = "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
        let time = "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
        return "\(date)T\(time).\(digits(nanoseconds / 1000, 6))Z"
    }
}
