public import Farm
public import Journal
import Lanes

extension PreflightRequirements: PhoneRequirements {
    /// How long a phone may take to answer; `dumpsys` and `pm` hang on a phone whose system does.
    static let patience = Duration.seconds(30)

    /// `boot, 2.0 GB free, battery 20%, at most 45.0 °C, package manager`.
    public var summary: String {
        var parts: [String] = []
        if boot { parts.append("boot") }
        if let freeSpace { parts.append("\(freeSpace) free") }
        if let battery { parts.append("battery \(battery)%") }
        if let temperature { parts.append("at most \(temperature) °C") }
        if packageManager { parts.append("package manager") }
        return parts.isEmpty ? "nothing" : parts.joined(separator: ", ")
    }

    /// One line that asks for everything, what may hang last.
    var line: String {
        var words: [String] = []
        func ask(_ part: PreflightAnswer.Part, _ command: String) {
            words.append("echo \(PreflightAnswer.heading(part)); \(command) 2>&1")
        }
        if boot { ask(.boot, "getprop sys.boot_completed") }
        if freeSpace != nil { ask(.space, "df -k /data") }
        if battery != nil || temperature != nil { ask(.battery, "dumpsys battery") }
        if packageManager { ask(.packages, "pm path android") }
        return words.joined(separator: "; ")
    }

    /// Looks at a phone with one command, and changes nothing.
    ///
    /// - Returns: The first requirement that does not hold, with the figures; nil when all do.
    /// - Throws: `PhoneError` when the link fails, `CancellationError`.
    public func judge(on phone: any ConnectedPhone) async throws -> StepFailure? {
        guard !isEmpty else { return nil }
        let line = line
        do {
            let result = try await withDeadline(total: Self.patience, on: phone.lane) {
                try await phone.run(line)
            }
            return judge(PreflightAnswer(reading: result.text))
        } catch is DeadlineExceeded {
            return failure(
                packageManager || battery != nil || temperature != nil ? "package-manager" : "boot",
                "Android did not answer within \(Self.patience.components.seconds) seconds",
                "its system hangs: restart the phone")
        }
    }

    /// The first requirement that does not hold.
    func judge(_ answer: PreflightAnswer) -> StepFailure? {
        bootFailure(answer) ?? spaceFailure(answer) ?? batteryFailure(answer) ?? temperatureFailure(answer)
            ?? packageFailure(answer)
    }

    private func bootFailure(_ answer: PreflightAnswer) -> StepFailure? {
        guard boot, answer.bootCompleted != "1" else { return nil }
        let said = PhoneWords(answer.bootCompleted ?? "").firstLine
        return failure(
            "boot", "Android has not finished starting" + (said.isEmpty ? "" : " (sys.boot_completed is \(said))"),
            "give it some minutes, or put `wait: boot` first; a phone that never gets there needs a look")
    }

    private func spaceFailure(_ answer: PreflightAnswer) -> StepFailure? {
        guard let needed = freeSpace else { return nil }
        guard let free = answer.freeSpace else {
            return failure(
                "space", "the phone does not tell how much is free on /data" + Self.quoted(answer.spaceWords),
                "leave `free-space` out for phones without `df`")
        }
        guard free < UInt64(needed.bytes) else { return nil }
        return failure(
            "space", "\(ByteCount(clamping: free)) free on /data, and \(needed) are required",
            "free space on the phone: remove apps or files, or run `pm trim-caches 999G` on it")
    }

    private func batteryFailure(_ answer: PreflightAnswer) -> StepFailure? {
        guard let needed = battery else { return nil }
        guard let found = answer.battery, let level = found.isPresent ? found.level : 100 else {
            return failure(
                "battery", "the phone does not tell how full its battery is" + Self.quoted(answer.batteryWords),
                "leave `battery` out for phones without one")
        }
        guard level < needed else { return nil }
        return failure(
            "battery", "the battery has \(level)%, and \(needed)% are required",
            "is it charging? a worn cable or a weak port of the hub charges slower than a game drains")
    }

    private func temperatureFailure(_ answer: PreflightAnswer) -> StepFailure? {
        guard let most = temperature else { return nil }
        if let found = answer.battery, !found.isPresent { return nil }
        guard let degrees = answer.battery?.temperature else {
            return failure(
                "temperature", "the phone does not tell how warm it is" + Self.quoted(answer.batteryWords),
                "leave `temperature` out for phones that do not know")
        }
        guard degrees > most else { return nil }
        return failure(
            "temperature", "the battery has \(degrees) °C, and \(most) °C are allowed",
            "let it cool down; look at the rack's fans, and at the battery for swelling")
    }

    private func packageFailure(_ answer: PreflightAnswer) -> StepFailure? {
        guard packageManager else { return nil }
        let said = answer.packageManager ?? ""
        guard !said.hasPrefix("package:") else { return nil }
        return failure(
            "package-manager", "the package manager does not answer" + Self.quoted(said),
            "Android is still starting or its system has crashed: wait, or restart the phone")
    }

    private static func quoted(_ words: String) -> String { words.isEmpty ? "" : ": \(words)" }

    private func failure(_ part: String, _ reason: String, _ advice: String) -> StepFailure {
        StepFailure(code: "preflight-\(part)", operation: "preflight", reason: reason, advice: advice)
    }
}
