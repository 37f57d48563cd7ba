extension ShellProcess {
    /// Rounds that follow one another without deepening the stack, whether each ends at once or later.
    final class Rounds {
        private let body: (Rounds) -> Void
        private var isInside = false
        private var isDue = false
        /// Rounds that were begun.
        private(set) var count = 0

        init(_ body: @escaping (Rounds) -> Void) { self.body = body }

        func next() {
            isDue = true
            guard !isInside else { return }
            isInside = true
            while isDue {
                isDue = false
                count += 1
                body(self)
            }
            isInside = false
        }
    }

    // MARK: Loops and choices

    func runEach(
        _ name: String, _ values: [String], _ body: ShellScript, _ streams: ShellStreams, then: Next
    ) {
        var index = 0
        var status: Int32 = 0
        let rounds = Rounds { [self] rounds in
            guard !leavesLoop(), index < values.count else { return then.go(remember(status)) }
            variables[name] = values[index]
            index += 1
            let next = Next { one in
                status = one
                rounds.next()
            }
            run(body, streams, then: next)
        }
        rounds.next()
    }

    /// Whether a jump ends the loop that is running; one to the next round is done with here.
    private func leavesLoop() -> Bool {
        switch jump {
        case nil: return false
        case .nextRound:
            jump = nil
            return false
        case .leaveLoop:
            jump = nil
            return true
        case .leaveFunction, .leaveShell: return true
        }
    }

    func runLoop(
        _ condition: ShellScript, _ until: Bool, _ body: ShellScript, _ streams: ShellStreams, then: Next
    ) {
        let rounds = Rounds { [self] rounds in
            guard !leavesLoop(), !isStopped else { return then.go(remember(lastStatus)) }
            let again = Next { [self] _ in
                // A loop that never waits must not keep the lane.
                guard rounds.count % 1000 == 0, !isSubstitution else { return rounds.next() }
                after(.milliseconds(1)) { rounds.next() }
            }
            let next = Next { [self] status in
                guard (status == 0) != until else { return then.go(remember(0)) }
                run(body, streams, then: again)
            }
            run(condition, streams, then: next)
        }
        rounds.next()
    }

    func runSelection(
        _ word: String, _ branches: [ShellScript.Branch], _ streams: ShellStreams, then: Next
    ) {
        let branch = branches.first { branch in
            branch.patterns.contains { Pattern(pattern($0, streams)).matches(word) }
        }
        guard let branch else { return then.go(remember(0)) }
        run(branch.body, streams, then: then)
    }
}
