public import Farm
import SourceText

/// A lease that lies on the phone itself, for farms that several controllers share.
///
/// A folder that only one can make holds one empty file, whose name says until when and for whom; taking over, renewing
/// and giving back are each one renaming of that file, which only one can win. The phone's own clock decides, so that
/// controllers need not agree on the time.
public struct PhoneLease: Sendable {
    /// What came of asking for the phone.
    public enum Answer: Hashable, Sendable {
        /// It is ours until its time has passed.
        case taken
        /// Somebody else has it, by the phone's clock for so many seconds more.
        case held(owner: String, seconds: Int64)
        /// The phone cannot keep leases, in its own words.
        case impossible(String)
    }

    /// Where the lease lies.
    public static let folder = "/data/local/tmp/.drover-lease"

    private let folder: String
    private let owner: String
    private let token: String
    private let life: Int64

    /// How long to wait before it is renewed: a third of its life, so that two renewals may go wrong.
    public var renewal: Duration { .seconds(max(1, life / 3)) }

    /// Prepares a lease.
    ///
    /// - Parameters:
    ///   - owner: Who asks, for the others: a user, a machine and a run.
    ///   - token: A word that no other run has, of letters and digits.
    ///   - life: How long it holds without being renewed; 30 minutes unless told otherwise.
    public init(owner: String, token: String, life: Duration = .seconds(1_800)) {
        self.init(owner: owner, token: token, life: life, folder: Self.folder)
    }

    package init(owner: String, token: String, life: Duration, folder: String) {
        let words = terminalSafe(owner).map { $0 == "'" || $0 == "\\" ? "_" : $0 }
        self.owner = String(words.prefix(120))
        self.token = String(token.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(60))
        self.life = max(1, life.components.seconds)
        self.folder = folder
    }

    /// The line that takes the phone, takes it over from a lease whose time has passed, or renews our own.
    ///
    /// Who finds the folder empty met somebody in the middle of taking it, or somebody who died there: after two seconds
    /// the empty folder is made anew. At the end everybody looks whether their file is the only one; with two of them
    /// nobody has the phone.
    var takingLine: String {
        """
        D='\(folder)'; T=\(token); N=$(date +%s); U=$((N + \(life)))
        see() { L=; for f in "$D"/until-*; do [ -e "$f" ] && L="$L ${f##*/}"; done; set -- $L; F=$1; C=$#; }
        put() { echo '\(owner)' >"$D/owner-$T" && : >"$D/until-$U-$T"; }
        if mkdir "$D" 2>/dev/null; then put; else
        [ -d "$D" ] || { echo "drover-lease impossible $(mkdir "$D" 2>&1)"; exit; }
        see; [ $C = 0 ] && sleep 2 && see
        if [ $C = 0 ]; then rmdir "$D" 2>/dev/null; rm -f "$D"/owner-* 2>/dev/null; rmdir "$D" 2>/dev/null
        mkdir "$D" 2>/dev/null && put
        else X=${F#until-}; O=${X#*-}; X=${X%%-*}
        if [ "$O" = $T ] || [ "$X" -le "$N" ]; then
        echo '\(owner)' >"$D/owner-$T"; mv "$D/$F" "$D/until-$U-$T" 2>/dev/null && { [ "$O" = $T ] || rm -f "$D/owner-$O"; }
        fi; fi; fi
        see
        if [ $C = 1 ] && [ "$F" = "until-$U-$T" ]; then echo drover-lease taken; exit; fi
        [ $C -gt 1 ] && rm -f "$D/until-$U-$T" && see
        X=${F#until-}; O=${X#*-}; X=${X%%-*}
        echo "drover-lease held $((X - N)) $(cat "$D/owner-$O" 2>/dev/null)"
        """
    }

    /// The line that gives the phone back; nothing happens to a lease that is not ours.
    var releasingLine: String {
        """
        D='\(folder)'; T=\(token)
        for f in "$D"/until-*-$T; do [ -e "$f" ] && rm -f "$D/owner-$T" "$f" && rmdir "$D" 2>/dev/null; done; :
        """
    }

    /// Takes a phone, or renews what is ours.
    ///
    /// - Throws: `PhoneError`, `CancellationError`.
    public func take(on phone: any ConnectedTarget) async throws -> Answer {
        Self.answer(in: try await phone.run(takingLine, input: [], outputLimit: 4096))
    }

    /// Gives a phone back.
    ///
    /// - Throws: `PhoneError`, `CancellationError`.
    public func release(on phone: any ConnectedTarget) async throws {
        _ = try await phone.run(releasingLine, input: [], outputLimit: 4096)
    }

    /// What a phone answered; its words are made harmless, since anybody may have left them there.
    static func answer(in result: CommandResult) -> Answer {
        let start = "drover-lease "
        guard let line = result.text.split(whereSeparator: \.isNewline).last(where: { $0.hasPrefix(start) }) else {
            let said = result.errorText.isEmpty ? result.text : result.errorText
            return .impossible(terminalSafe(String(said.prefix(200))))
        }
        let words = line.dropFirst(start.count).split(separator: " ", maxSplits: 2)
        switch words.first {
        case "taken": return .taken
        case "held":
            let owner = words.count > 2 ? terminalSafe(String(words[2].prefix(200))) : "somebody"
            return .held(owner: owner, seconds: words.count > 1 ? Int64(words[1]) ?? 0 : 0)
        default: return .impossible(terminalSafe(String(line.dropFirst(start.count).prefix(200))))
        }
    }
}

extension PhoneLease.Answer {
    /// The failure that this is for whoever wanted the phone; nil when it is theirs.
    public var failure: PhoneError? {
        switch self {
        case .taken: nil
        case .held(let owner, let seconds):
            PhoneError(
                .held, operation: "take the phone's lease",
                reason: "held by \(owner) for another \(LeaseRefusal.words(.seconds(max(1, seconds))))",
                advice: "wait for that run, or leave the phone out", mayHaveBeenSent: false)
        case .impossible(let words):
            PhoneError(
                .unsupported, operation: "take the phone's lease", reason: words.isEmpty ? "no answer" : words,
                advice: "leave out `on-phone` for phones without /data/local/tmp", mayHaveBeenSent: false)
        }
    }
}
