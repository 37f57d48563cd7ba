/// What `am start -W` or `monkey` said about starting an app.
enum StartReply: Sendable, Equatable {
    /// The app was started, or was running and came to the front.
    case started(activity: String?, milliseconds: Int?)
    /// The phone said no, in its own words.
    case refused(String)
    /// Neither could be read from the answer.
    case unclear(String)

    /// Reads the answer of `am start -W`.
    ///
    /// The exit code is no help: older versions answer 0 to an activity that does not exist.
    init(start text: String) {
        var activity: String?
        var milliseconds: Int?
        var status: Substring?
        for line in PhoneLines(text) {
            if line.hasPrefix("Error") || line.hasPrefix("java.lang.") || line.hasPrefix("Exception occurred") {
                let errors = PhoneLines(text).filter { $0.hasPrefix("Error: ") }
                self = .refused(PhoneWords(String(errors.first ?? line)).firstLine)
                return
            }
            if line.hasPrefix("Status: ") { status = line.dropFirst(8) }
            if line.hasPrefix("Activity: ") { activity = PhoneWords(String(line.dropFirst(10))).firstLine }
            if line.hasPrefix("TotalTime: ") { milliseconds = Int(line.dropFirst(11)) }
        }
        switch status {
        case "ok"?: self = .started(activity: activity, milliseconds: milliseconds)
        case "timeout"?: self = .refused("the app was started but did not show itself (Status: timeout)")
        case let other?: self = .refused(PhoneWords(String(other)).firstLine)
        case nil where text.contains("Warning: Activity not started"):
            // It runs already and came to the front or got the intent.
            self = .started(activity: activity, milliseconds: milliseconds)
        case nil: self = .unclear(PhoneWords(text).lastLine)
        }
    }

    /// Reads the answer of `monkey -p PACKAGE -c android.intent.category.LAUNCHER 1`.
    init(monkey text: String) {
        if text.contains("Events injected: 1") {
            self = .started(activity: nil, milliseconds: nil)
        } else if text.contains("No activities found to run") {
            self = .refused("the app has no activity that a launcher could start, or is not installed")
        } else {
            self = .unclear(PhoneWords(text).lastLine)
        }
    }
}
