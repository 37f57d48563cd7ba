import Crypto
import Farm
import Lanes

/// A script that starts, watches and stops a program on a phone to which nobody can stay connected.
///
/// It is called by lines that a service takes, and answers in the little that a service brings. It tells the same for all
/// phones that get it, so that they get it in one call.
struct ProgramControl: Sendable {
    /// What tells this process of drover from another: what others have started is ended.
    static let session = String(UInt32.random(in: .min ... .max), radix: 36)

    let order: ProgramOrder
    /// The script.
    let text: String
    private let key: String

    init(_ order: ProgramOrder) {
        self.order = order
        text = Self.script(order)
        key = String(SHA256.hash(of: Array(text.utf8)).hex.prefix(24))
    }

    /// Where it goes.
    var path: String { "\(order.root)/\(key)/control" }
    /// Where the program's state and its log are while it runs.
    var state: String { "\(order.root)/state/\(Self.session).\(key)" }
    /// Where its log is.
    var log: String { "\(state)/log" }

    /// What it can be asked for.
    enum Verb: String {
        /// Ends what others have left, and starts the program.
        case start
        /// Tells how it is, and that somebody still looks.
        case look
        /// Ends it.
        case stop
        /// Removes its state, its log, and the script, which may hold secrets.
        case clean
    }

    /// A line that a service takes.
    func line(_ verb: Verb) -> String { "sh \(path) \(verb.rawValue) \(Self.session).\(key)" }

    /// The script as a file for phones, the same for all that get it.
    func delivery() throws -> BatchedDelivery {
        let path = try RemotePath(validating: path)
        return order.files.derived.value(for: "control \(key)") {
            BatchedDelivery([
                FileToPush(path: path, content: .bytes(SharedBytes(Array(text.utf8))), mode: 0o700, modified: 0)
            ])
        }
    }

    /// How often somebody has to look, in rounds of ten seconds: a program that nobody has asked about for 15 minutes is ended.
    static let patience = 90
    /// How long `start` waits for the program to be ready, in fifths of a second.
    private static let settling = 25

    private static func script(_ order: ProgramOrder) -> String {
        let isReady = order.ready.map { "grep -qF -- \(ShellLine.quoted($0)) \"$d/log\" 2>/dev/null" } ?? "false"
        let rounds = order.ready == nil ? ProgramLines.fifths(ProgramOrder.settling) : settling
        return """
            #!/system/bin/sh
            \(ProgramLines.functions)
            base=\(order.root)/state
            d=$base/$2
            alone=
            is_ready() { \(isReady); }
            ended() { [ -s "$d/exit" ]; }
            known() { p=; t=; [ -s "$1/pid" ] && read p t <"$1/pid"; }
            tell() {
            n=20
            while known "$d"; ! runs "$p" "$t" && ! ended && [ $n -gt 0 ]; do sleep 0.1; n=$((n - 1)); done
            w=gone; ended && w="ended $(cat "$d/exit")"; runs "$p" "$t" && w=running
            [ -e "$d/killed" ] && w="$w killed"; [ -e "$d/unwatched" ] && w="$w unwatched"
            is_ready && w="$w ready"; w=$w$alone
            echo "drover-media $w"; tail -c 600 "$d/log" 2>/dev/null
            }
            end_of() {
            known "$1"
            finish "$p" "$t" \(ProgramLines.fifths(order.grace)); [ -z "$killed" ] || : >"$1/killed"
            n=20; while [ -n "$t" ] && [ ! -e "$1/exit" ] && [ $n -gt 0 ]; do sleep 0.1; n=$((n - 1)); done
            }
            case $1 in
            start)
            for o in "$base"/*; do
            case $o in "$base/${2%%.*}".*) [ "$o" = "$d" ] || continue;; esac
            [ -d "$o" ] || continue
            end_of "$o"; rm -rf "$o"
            done
            mkdir -p "$d" || exit 1
            setsid sh "$0" run "$2" </dev/null >/dev/null 2>&1 &
            r=\(rounds)
            while [ $r -gt 0 ] && ! ended && ! is_ready; do sleep 0.2; r=$((r - 1)); done
            tell;;
            run)
            (\(order.environment)exec \(order.call)) </dev/null >"$d/log" 2>&1 &
            c=$!; echo "$c $(started $c)" >"$d/pid"
            (m=0; while sleep 10 && [ -d "$d" ]; do
            m=$((m + 1)); [ -e "$d/seen" ] && { rm -f "$d/seen"; m=0; }
            [ $m -lt \(patience) ] || { : >"$d/unwatched"; end_of "$d"; exit; }
            done) </dev/null >/dev/null 2>&1 &
            w=$!; wait $c; e=$?
            known "$d"; [ "$p" != $c ] || echo $e >"$d/exit"
            kill $w
            [ "$(cut -d' ' -f5 /proc/$$/stat)" = $$ ] && kill -KILL 0;;
            look) : >"$d/seen"; tell;;
            stop) known "$d"; runs "$p" "$t" || alone=' alone'; end_of "$d"; tell;;
            clean) rm -rf "$d" "${0%/*}";;
            esac

            """
    }
}
