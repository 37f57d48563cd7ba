import CloudLinks
import CloudPhone
import Farm
import Lanes
import Packing
import PlaybookLanguage
import Secrets
import SourceText

extension FarmSession {
    /// The accounts of a farm; no secret is read, and nobody asked, before something is due there.
    static func clouds(
        _ inventory: Inventory, _ environment: [String: String], secrets: [SecretDeclaration], on lane: Lane
    ) -> CloudAccounts {
        let lookup = SecretLookup(environment: environment, ofPlaybook: [], ofFarm: secrets)
        // Without a folder of one's own tokens are kept in memory only, and archives in the system's folder for such things.
        let cache = inventory.accounts.isEmpty ? nil : CachePlace.folder(environment)
        // What cannot be made is told by whoever needs it.
        if let cache { try? CachePlace.make(cache) }
        let options = CloudLinkOptions(
            lane: lane,
            client: CloudClientOptions(
                tokenFolder: cache.map { "\($0)/tokens" }, note: { Terminal.error.line("warning: \($0)") }),
            scratch: cache.map { "\($0)/staging" } ?? "\(environment["TMPDIR"] ?? "/tmp")/drover-staging",
            ledger: cache.map { "\($0)/uploads" }, addresses: cache.map { "\($0)/addresses" },
            tell: { Terminal.error.line("warning: \(terminalSafe($0))") })
        return CloudAccounts(inventory.accounts, options: options) { text in
            switch text {
            case .literal(let text): return Secret(name: "account", text)
            case .environment(let variable):
                guard let value = environment[variable], !value.isEmpty else {
                    throw SecretError("the environment has no \(variable), which the farm file names")
                }
                let secret = Secret(name: variable, value)
                ProcessSecrets.vault.add(secret)
                return secret
            case .secret(let name):
                var found = Diagnostics()
                if let secret = lookup.secrets(named: [name], &found)[name] { return secret }
                let why = found.sorted.first
                throw SecretError(why?.message ?? "there is no secret `\(name)`", help: why?.help)
            }
        }
    }

    /// The phone with the address that its cloud tells, where ADB reaches it by one.
    ///
    /// - Throws: ``ServiceError`` or ``PhoneError`` when the cloud does not tell; `CancellationError`.
    func told(_ phone: Phone) async throws -> Phone {
        var ways: [WayIn] = []
        for way in phone.waysIn {
            guard case .cloudADB(let place, let access) = way else {
                ways.append(way)
                continue
            }
            ways.append(try await clouds.adbAddress(of: place).way(by: access, of: phone.server ?? place.server))
        }
        return phone.reached(by: ways)
    }
}
