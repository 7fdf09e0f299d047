namespace LocalHost.Durable;

/// <summary>Which instances run, by their version beside the app's: none is lowest, 1.5 is before 1.10, what is no number compares as text.</summary>
public enum VersionMatchStrategy
{
    /// <summary>All.</summary>
    None,

    /// <summary>Those of the app's version.</summary>
    Strict,

    /// <summary>Those of the app's version, older ones, and those without.</summary>
    CurrentOrOlder,
}

/// <summary>What happens to an instance whose version does not match.</summary>
public enum VersionFailureStrategy
{
    /// <summary>It stays as it is, until a host runs that its version fits.</summary>
    Reject,

    /// <summary>It fails with the next thing that happens to it.</summary>
    Fail,
}
