import Glibc

extension UnsafeRawBufferPointer {
    /// Writes all of the bytes to a file, in as many pieces as the system wants.
    ///
    /// - Parameters:
    ///   - descriptor: A file, or a pipe that blocks; one that does not block fails with `EAGAIN` when it is full.
    ///   - call: What failed, in the words of the error.
    /// - Throws: ``SystemError`` of `write`; `ENOSPC` where the system takes nothing and gives no reason.
    public func write(to descriptor: CInt, call: @autoclosure () -> String = "write") throws(SystemError) {
        var rest = self
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw SystemError(call(), errno: count < 0 ? errno : ENOSPC) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }
}
