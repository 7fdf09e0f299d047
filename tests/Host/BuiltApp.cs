using FunctionsHosting;

namespace Host.Tests;

/// <summary>A small app of the tests as it was built, to be run as a process.</summary>
internal static class BuiltApp
{
    public static FunctionApp Named(string name)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return FunctionApp.In(Path.Combine(output.Parent!.Parent!.Parent!.Parent!.FullName, name, "bin", output.Parent.Name, output.Name));
    }
}
