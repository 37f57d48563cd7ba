import ADB
import Farm
import Lanes

extension PhoneError {
    /// A link that could not be made, in the farm's words, with what to do about it.
    init(dialling error: ADBError, keys: KeyRing) {
        let code: Code =
            switch error.code {
            case .unauthorized: .unauthorized
            case .notADB, .protocolViolation: .notAPhone
            case .tlsRequired, .unsupported: .unsupported
            default: .unreachable
            }
        self.init(
            code, operation: error.operation, reason: error.reason,
            advice: error.advice ?? Self.advice(dialling: error.code, keys),
            mayHaveBeenSent: false, isHosts: error.advice != nil)
    }

    /// A host name that nobody knows.
    init(notFound error: NameNotFound, _ way: WayIn) {
        self.init(
            .unreachable, operation: "connect to \(way)", reason: error.description,
            advice: "look at the address in the farm file", mayHaveBeenSent: false)
    }

    /// A link that failed while it was used.
    init(using error: ADBError) {
        let code: Code =
            switch error.code {
            case .timedOut: .timedOut
            case .unsupported, .tlsRequired: .unsupported
            case .unauthorized: .unauthorized
            case .notADB, .protocolViolation: .notAPhone
            default: .lost
            }
        self.init(
            code, operation: error.operation, reason: error.reason,
            advice: error.advice ?? Self.advice(using: error.code),
            mayHaveBeenSent: error.mayHaveBeenSent, isHosts: error.advice != nil)
    }

    private static func advice(dialling code: ADBError.Code, _ keys: KeyRing) -> String? {
        switch code {
        case .refused: return "is the phone on, and is adb open on this port? (`adb tcpip 5555`, wireless debugging)"
        case .noRoute: return "look at the address in the farm file and at this machine's network"
        case .connectTimedOut: return "is the phone on and in this network? a firewall may drop what is sent to it"
        case .notADB, .protocolViolation: return "something other than a phone listens there; look at the address"
        case .tlsRequired: return "this port is for paired wireless debugging; open adb on a plain port"
        case .noSuchPhone: return "is it plugged in? `drover phones` lists what the server sees"
        case .phoneNotReady: return "plug it in again, or look at its screen"
        case .lost, .closed: return "is it still on and in this network? a tunnel whose far end is dead ends so, too"
        case .timedOut: return "it is connected and silent: restart the phone, or adb on it"
        case .localFailure: return "raise the limit of open files (`ulimit -n`), or use fewer `--forks`"
        case .unauthorized:
            let places = keys.searched.joined(separator: ", ")
            let searched = keys.keys.isEmpty && !places.isEmpty ? "; searched \(places)" : ""
            return keys.keys.isEmpty
                ? "there is no key here: run `drover keys new`, then accept it on the phone\(searched)"
                : "accept the key on the phone's screen, or name another by ADB_VENDOR_KEYS (tried \(keys))"
        default: return nil
        }
    }

    private static func advice(using code: ADBError.Code) -> String? {
        switch code {
        case .unauthorized: "the phone was connected anew and asks for a key; accept it on its screen"
        case .lost, .closed:
            "the phone went away: look at its cable or network and at its power; `retries` brings back who returns"
        case .timedOut: "it is connected and silent: restart the phone, or adb on it"
        case .notADB, .protocolViolation: "this is not what adbd says: is it a phone? restart it, or adb on it"
        default: nil
        }
    }
}
