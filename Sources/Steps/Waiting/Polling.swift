import Farm
import Lanes

/// Asks a phone the same question until the answer is yes; the step's time limit ends it otherwise.
enum Polling {
    /// Half a second at first, then longer, up to two seconds: a thousand waiting phones must not keep the lanes busy.
    static func pause(after round: Int) -> Duration {
        .milliseconds(min(2000, 500 + round * 250))
    }

    /// Repeats a question.
    static func until(on lane: Lane, _ question: () async throws -> Bool) async throws {
        var round = 0
        while try await !question() {
            try await lane.sleep(for: pause(after: round))
            round += 1
        }
    }

    /// Whether a phone that is starting may well fail like this; keys that it forgot it will not learn again.
    static func isPassing(_ error: PhoneError) -> Bool {
        error.code != .unauthorized && error.code != .unsupported
    }

    /// Whether a phone is up: booted, and its package manager answers.
    static func isBooted(_ phone: any ConnectedTarget) async throws -> Bool {
        let booted = try await phone.run("getprop sys.boot_completed")
        guard booted.text.drop(while: { $0.isWhitespace }).first == "1" else { return false }
        let packages = try await phone.run("pm path android")
        return !InstalledFiles(reading: packages.text).paths.isEmpty
    }
}
