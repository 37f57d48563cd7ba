import Farm
import SourceText

/// What crosses the network to servers of clouds, and why so much.
extension PlanPrinter {
    /// One row for each step and way, and one with the sums; none for a plan that brings nothing to such servers.
    static func traffic(of plan: Plan) -> [(String, String)] {
        var rows: [String] = []
        for step in plan.traffic {
            for (refusal, parts) in groups(step.parts) {
                let servers = names(parts.map(\.server))
                let phones = parts.reduce(0) { $0 + $1.phones }
                let sum = ByteCount(parts.reduce(0) { $0 + step.bytes(to: $1).bytes })
                let isOne = parts.count == 1
                let head = "\(terminalSafe(step.title)): \(step.size)"
                if let refusal {
                    rows.append(
                        "\(head) to each of \(phones) \(phones == 1 ? "phone" : "phones") of \(servers), \(sum) "
                            + "(\(refusal))")
                } else {
                    rows.append(
                        "\(head) once to \(isOne ? servers : "each of \(servers)"), shared by "
                            + "\(isOne ? "its" : "their") \(phones) phones" + (isOne ? "" : ", \(sum)"))
                }
            }
        }
        guard !rows.isEmpty else { return [] }
        let bytes = PlannedTraffic.bytesPerServer(plan.traffic)
        let most = bytes.values.max() ?? .zero
        let limit = plan.limits.bytesPerServer.map { ", \($0) allowed" } ?? ""
        rows.append("\(bytes.values.reduce(.zero, +)) in all, at most \(most) to a server\(limit)")
        return rows.enumerated().map { ($0 == 0 ? "traffic" : "", $1) }
    }

    /// The servers of a step by the reason, those that share first.
    private static func groups(_ parts: [PlannedTraffic.Part]) -> [(String?, [PlannedTraffic.Part])] {
        Dictionary(grouping: parts, by: \.refusal).sorted { ($0.key ?? "") < ($1.key ?? "") }.map { ($0.key, $0.value) }
    }
}
