import ADB
import Custody
import Farm
import Glibc
import HostLinks
import Lanes
import Packing

/// Looks at what drover finds on this machine, whatever the farm.
struct MachineCheckup {
    /// The options, which may name keys.
    let options: FarmOptions

    private var environment: [String: String] { ProcessEnvironment.all }

    /// A build with its assets is easily as large.
    private static let leastFree = ByteCount(1 << 30)

    /// Prints what was found; whether all of it is well.
    func look() -> Bool {
        Terminal.output.line("this machine, drover \(droverVersion)")
        let findings = [keyRing, descriptors, leases, cache, HostCheckup.library]
        for finding in findings { finding.tell() }
        return findings.allSatisfy(\.isGood)
    }

    private var keyRing: Finding {
        let ring = FarmSession.keyRing(options, environment)
        if let complaint = ring.complaints.first {
            return Finding("keys", .bad(advice: "`drover keys` shows which are offered to phones"), complaint)
        }
        guard let first = ring.keys.first else {
            return Finding("keys", .bad(advice: "`drover keys new` makes one"), "there is no key to offer to phones")
        }
        let more = ring.keys.count > 1 ? " and \(ring.keys.count - 1) more" : ""
        return Finding("keys", .good, "\(first.path)\(more)")
    }

    private var descriptors: Finding {
        let limit = DescriptorLimit.raise()
        let text = "\(limit) may be open at once"
        // Fewer hold up large farms only, whose phones then take turns.
        guard limit < 4096 else { return Finding("files", .good, text) }
        return Finding("files", .bad(advice: "one for each phone at a time: raise it with `ulimit -n 65536`"), text)
    }

    private var leases: Finding {
        do throws(CustodyError) {
            return Finding("leases", .good, try LeasePlace(environment: environment).path)
        } catch {
            return Finding("leases", .bad(advice: error.advice), "\(error.operation): \(error.reason)")
        }
    }

    /// The folder of packed and fetched payloads, or the one in which it will be made.
    private var cache: Finding {
        guard let store = ContentStore.usualPath(environment) else {
            return Finding("cache", .bad(advice: "name a folder in DROVER_CACHE"), "there is no place for it")
        }
        let path = String(store[..<(store.lastIndex(of: "/") ?? store.endIndex)])
        var existing = path
        while access(existing, F_OK) != 0, let slash = existing.lastIndex(of: "/"), slash > existing.startIndex {
            existing = String(existing[..<slash])
        }
        var space = statvfs()
        guard access(existing, W_OK) == 0, statvfs(existing, &space) == 0 else {
            let reason = String(cString: strerror(errno)).lowercased()
            return Finding("cache", .bad(advice: "name another folder in DROVER_CACHE"), "\(existing): \(reason)")
        }
        let free = ByteCount(Int(clamping: UInt64(space.f_bavail) * UInt64(space.f_frsize)))
        let text = "\(path), \(free) free"
        guard free < Self.leastFree else { return Finding("cache", .good, text) }
        return Finding("cache", .bad(advice: "free some space, or name another folder in DROVER_CACHE"), text)
    }
}
