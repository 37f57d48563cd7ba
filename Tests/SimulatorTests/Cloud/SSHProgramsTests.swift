import Simulator
import Testing

@Suite struct SSHProgramsTests {
    @Test func `a machine without OpenSSH is told what to install`() {
        let error = #expect(throws: SimulatorError.self) { try SSHPrograms(in: ["/nowhere"]) }
        #expect(
            error?.description
                == "there is no sshd on this machine; install OpenSSH: apt-get install openssh-server")
    }
}
