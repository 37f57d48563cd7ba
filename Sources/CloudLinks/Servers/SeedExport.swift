import CloudPhone
import Farm
import Lanes

/// One app on its way from a phone that has it to the bucket.
struct SeedExport {
    let order: SharedAppOrder
    /// A server that wants it; its account knows the phone.
    let link: CloudServerLink
    /// The attempts of all servers that want it.
    let attempt: BatchedAttempt

    private var session: AccountSession { link.session }
    private var operation: String { "export \(order.package) from \(order.seed)" }

    func run() async throws -> SharedExports.Exported {
        let staging = try session.staging(for: operation)
        let seed = try await seed()
        let place = CloudPlace(account: session.name, server: seed.serverID, phone: seed.id)
        let phone = CloudPhoneLink(
            id: .phone(order.seed), place: place, session: session, lane: link.lane, attempt: attempt)
        let paths: [String]
        do {
            try await install(on: phone)
            paths = try await self.paths(on: phone)
        } catch let error as PhoneError {
            throw ServiceError(
                "seed", operation: operation, reason: "\(order.seed): \(error.reason)", advice: error.advice)
        }
        let object = BatchCall.ObjectName(bucket: staging.bucket, prefix: Self.prefix(order))
        let key = object.key(for: seed.id)
        guard try await phone.export(paths, excluding: [], to: object, operation) else {
            throw ServiceError(
                "no-seed-app", operation: operation, reason: "\(order.seed) has nothing of \(order.package)")
        }
        guard let bytes = try await staging.size(of: key) else {
            throw ServiceError(
                "no-export", operation: operation, reason: "the export is done, and \(staging.bucket) has no \(key)",
                advice: "may the cloud's service write to the bucket? see the agency in docs/cloud.md")
        }
        return SharedExports.Exported(bucket: staging.bucket, key: key, bytes: bytes)
    }

    /// The same for the same order, so that a run that is gone on with finds it.
    private static func prefix(_ order: SharedAppOrder) -> String {
        let content = order.app?.parts.first?.sha256.prefix(16) ?? "as-found"
        return "\(Staging.prefix)shared/\(order.package)-\(content)-"
    }

    /// The phone that is meant: by its id, its name in the cloud, or `SERVER/NAME` as the farm calls it.
    private func seed() async throws -> ListedPhone {
        let name = order.seed.split(separator: "/").last.map(String.init) ?? order.seed
        let found = try await session.client.all(ListCloudPhonesOperation()).filter { $0.id == name || $0.name == name }
        guard found.count == 1, let only = found.first else {
            throw ServiceError(
                "no-seed", operation: operation,
                reason: found.isEmpty
                    ? "the account \(session.name) has no phone of this name or id"
                    : "\(found.count) phones of the account \(session.name) have this name",
                advice: found.isEmpty
                    ? "`drover phones` shows those there are" : "give its id, the property cph.id")
        }
        return only
    }

    private func install(on phone: CloudPhoneLink) async throws {
        guard let app = order.app else { return }
        guard app.package == order.package else {
            throw ServiceError(
                "package", operation: operation, reason: "\(app.source) is \(app.package), and not \(order.package)")
        }
        var options = InstallOptions()
        options.allowsTestOnly = app.isTestOnly
        let progress = ProgressMeter(clock: link.lane.clock)
        switch try await phone.install(app, options: options, progress: progress) {
        case .success: return
        case .refused(let code, let text):
            throw ServiceError(code ?? "refused", operation: operation, reason: "install on \(order.seed): \(text)")
        case .unknown(let text):
            throw ServiceError(
                "unknown", operation: operation, reason: "install on \(order.seed): \(text)", outcome: .unknown)
        }
    }

    /// What belongs to the app and is there (Cloud Phone API, shared apps).
    private func paths(on phone: CloudPhoneLink) async throws -> [String] {
        let listed = try await phone.ask("pm path \(order.package)").text
        let files = listed.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("package:/data/app/") }
        guard let file = files.first, let slash = file.lastIndex(of: "/") else {
            throw ServiceError(
                "no-seed-app", operation: operation, reason: "\(order.package) is not installed on \(order.seed)",
                advice: "add `app: FILE.apk`, and it is installed there first")
        }
        let folder = String(file[..<slash].dropFirst("package:".count))
        let data = ["/data/data/", "/data/media/0/Android/data/", "/data/media/obb/"].map { "\($0)\(order.package)" }
        let answer = try await phone.ask("ls -d \(data.joined(separator: " "))")
        let lines = (answer.text + "\n" + answer.errorText).split(whereSeparator: \.isNewline)
        // Only what is surely not there stays out: a shell without root may not look, and the export may.
        return [folder]
            + data.filter { path in
                !lines.contains { $0.contains("\(path): No such file") || $0.contains("\(path)': No such") }
            }
    }
}
