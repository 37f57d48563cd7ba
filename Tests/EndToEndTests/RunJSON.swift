import Foundation
import Journal
import Testing

/// What `--json` printed, as another program would read it.
struct RunJSON {
    let run: String
    let counts: [String: Int]
    let verdicts: [String: Verdict]
    /// Why phones did not get through, in words.
    let failures: [String: String]
    let exitCode: Int?

    /// - Throws: When the text is no JSON, or not of that shape.
    init(_ text: String) throws {
        let whole = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        run = try #require(whole["run"] as? String)
        counts = try #require(whole["counts"] as? [String: Int])
        exitCode = whole["exit-code"] as? Int
        var verdicts: [String: Verdict] = [:]
        var failures: [String: String] = [:]
        for target in try #require(whole["targets"] as? [[String: Any]]) {
            let name = try #require(target["name"] as? String)
            verdicts[name] = try #require((target["verdict"] as? String).flatMap(Verdict.init(rawValue:)))
            if let failure = target["failure"] as? [String: Any] { failures[name] = "\(failure)" }
        }
        self.verdicts = verdicts
        self.failures = failures
    }
}

extension DroverProcess {
    /// The journal of a run, or of the only run there is.
    func journal(of run: String? = nil) throws -> String {
        let runs = folder.appendingPathComponent("runs")
        let names = try FileManager.default.contentsOfDirectory(atPath: runs.path)
        let name = try #require(run ?? (names.count == 1 ? names[0] : nil), "there are \(names.count) runs")
        return runs.appendingPathComponent("\(name)/journal.jsonl").path
    }
}
