import CSSH2
import Lanes

/// Since when a host has been silent, in questions that it has not answered.
struct SilenceWatch {
    /// Asks the next one.
    var timer: LaneTimer?
    /// Anything that comes is an answer.
    var unansweredQuestions = 0
}

extension SSHConnection {
    /// Asks the host whether it still lives when it has been silent for long.
    func keepAlive() {
        guard limits.keepAlive > .zero else { return }
        libssh2_keepalive_config(session, 1, 1)
        silence.timer = lane.schedule(after: limits.keepAlive) { [weak self] in
            guard let self, failure == nil else { return }
            guard silence.unansweredQuestions < 3 else {
                let length = limits.keepAlive * 4
                return fail(SSHError(.lost, "talk to \(name)", "the host has been silent for \(length)"))
            }
            silence.unansweredQuestions += 1
            var next: CInt = 0
            libssh2_keepalive_send(session, &next)
            letGo()
            keepAlive()
        }
    }
}
