/// <summary>
/// Runs in a worker process before its Main (<c>DOTNET_STARTUP_HOOKS</c>): ends the worker when the host that started it is gone, however that
/// ended. The runtime asks for this name, outside any namespace.
/// </summary>
internal static class StartupHook
{
    /// <summary>Environment variable with the host's process id.</summary>
    public const string ParentVariable = "FUNCTIONSHOST_PARENT";

    public static void Initialize()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(ParentVariable), NumberStyles.None, CultureInfo.InvariantCulture, out var parent))
        {
            new Thread(() => EndWith(parent)) { IsBackground = true, Name = "end with the host" }.Start();
        }
    }

    private static void EndWith(int parent)
    {
        try
        {
            using var host = Process.GetProcessById(parent);
            host.WaitForExit();
        }
        catch (ArgumentException)
        {
            // It is gone already.
        }

        Process.GetCurrentProcess().Kill();
    }
}
