/// The tests that an app of a simulated phone runs: what `am instrument` finds once the app is installed.
public struct SimulatedInstrumentation: Sendable, Hashable {
    /// What becomes of a case on every phone.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It passes.
        case passes
        /// An assertion does not hold.
        case fails
        /// It ends with an exception.
        case errors
        /// It is not to be run.
        case ignored
        /// What it assumes does not hold.
        case assumption
        /// It fails the first time on each phone, and passes from then on.
        case flaky
        /// The process dies while it runs.
        case crashes
        /// It begins and never ends.
        case hangs
    }

    /// One case.
    public struct Test: Sendable, Hashable {
        /// Its class.
        public var suite: String
        /// Its method.
        public var name: String
        /// What becomes of it.
        public var outcome: Outcome
        /// What it complains of when it does not pass.
        public var message: String

        /// Describes a case.
        public init(_ suite: String, _ name: String, _ outcome: Outcome, message: String = "expected:<1> but was:<2>") {
            self.suite = suite
            self.name = name
            self.outcome = outcome
            self.message = message
        }
    }

    /// The app that has to be installed.
    public var package: String
    /// The full name of the class that runs the cases.
    public var runner: String
    /// The cases, in the order in which they run.
    public var tests: [Test]

    /// Declares the tests of an app.
    public init(package: String, runner: String = "androidx.test.runner.AndroidJUnitRunner", tests: [Test]) {
        self.package = package
        self.runner = runner
        self.tests = tests
    }

    /// Reads declarations.
    ///
    /// A line `com.studio.game.test/RUNNER` begins an app; the lines after it are its cases, each as
    /// `com.studio.LoginTest#logsIn passes`, with one of the words of ``Outcome`` and what it complains of behind. Empty
    /// lines and those that begin with `#` are passed over.
    ///
    /// - Throws: ``SimulatorError`` for a line that is neither.
    public static func read(_ text: String) throws(SimulatorError) -> [SimulatedInstrumentation] {
        var all: [SimulatedInstrumentation] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(maxSplits: 2, whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            if let slash = first.firstIndex(of: "/"), words.count == 1 {
                all.append(
                    Self(package: String(first[..<slash]), runner: String(first[slash...].dropFirst()), tests: []))
                continue
            }
            let parts = first.split(separator: "#").map(String.init)
            guard parts.count == 2, words.count >= 2, let outcome = Outcome(rawValue: words[1]), !all.isEmpty else {
                let outcomes = Outcome.allCases.map(\.rawValue).joined(separator: ", ")
                throw SimulatorError(
                    .badOptions,
                    "line \(number + 1) of the simulated tests is no PACKAGE/RUNNER and no CLASS#METHOD with one of "
                        + outcomes)
            }
            var test = Test(parts[0], parts[1], outcome)
            if words.count > 2 { test.message = words[2] }
            all[all.count - 1].tests.append(test)
        }
        return all
    }
}
