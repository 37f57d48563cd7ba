import Lanes

/// The shell lines that start and stop a program, for phones that drover is connected to.
///
/// All of them know a process by its number and the time at which it got it: numbers are given again to others.
enum ProgramLines {
    /// Functions of the shell: whether a process runs, and its end.
    ///
    /// `runs NUMBER START`; `finish NUMBER START FIFTHS` sends SIGTERM, waits so many fifths of a second, sends SIGKILL,
    /// and sets `killed` then.
    /// Fields of `/proc/NUMBER/stat` count from behind the name, which may hold anything; one that waits to be buried has ended.
    static let functions = """
        started() {
        s=$(cat /proc/$1/stat 2>/dev/null) || return 1
        s=${s##*) }; [ "${s%% *}" != Z ] && echo "$s" | cut -d' ' -f20
        }
        runs() { [ -n "$2" ] && [ "$(started $1)" = "$2" ]; }
        finish() {
        killed=; n=$3
        runs $1 $2 && kill -TERM $1 2>/dev/null
        while runs $1 $2 && [ $n -gt 0 ]; do sleep 0.2; n=$((n - 1)); done
        runs $1 $2 && kill -KILL $1 2>/dev/null && killed=yes
        }
        """

    /// Fifths of a second, one at least.
    static func fifths(_ duration: Duration) -> Int {
        max(1, Int(clamping: duration.wholeNanoseconds / 200_000_000))
    }

    /// Tells the number of the shell, whose place the program then takes; what it prints on both of its outputs comes.
    ///
    /// What an earlier attempt has left is ended first: a connection that broke may not have been noticed there.
    static func start(_ order: ProgramOrder) -> String {
        let note = ShellLine("\(order.folder)/running").description
        return """
            \(functions)
            if [ -s \(note) ] && read p t <\(note); then finish "$p" "$t" \(fifths(order.grace)); fi
            t=$(started $$); echo "$$ $t" >\(note); echo "\(ProgramOutput.mark) $$ $t"
            \(order.environment)exec \(order.call) </dev/null 2>&1
            """
    }

    /// Ends it, and says `drover-killed` when it had to be killed.
    static func stop(_ process: ProgramOutput.Process, grace: Duration) -> String {
        """
        \(functions)
        finish \(process.number) \(process.start) \(fifths(grace)); [ -z "$killed" ] || echo drover-killed
        """
    }
}
