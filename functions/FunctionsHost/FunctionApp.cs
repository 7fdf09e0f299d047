using System.Reflection;

namespace FunctionsHosting;

/// <summary>A function app to run: the built program of a .NET isolated worker.</summary>
public sealed record FunctionApp
{
    private const string MetadataFile = "functions.metadata";
    private const string WorkerFile = "worker.config.json";

    private FunctionApp(string name, string program, Assembly? assembly)
    {
        (Name, Program, Assembly) = (name, program, assembly);
    }

    public string Name { get; }

    /// <summary>Path of the program's DLL.</summary>
    public string Program { get; }

    /// <summary>Where host.json and the program are.</summary>
    public string Folder => Path.GetDirectoryName(Program)!;

    /// <summary>The loaded program; null for one that is only known by its folder and can only run as a process of its own.</summary>
    internal Assembly? Assembly { get; }

    /// <summary>The app that a type belongs to, usually its <c>Program</c>.</summary>
    /// <inheritdoc cref="From"/>
    public static FunctionApp Of<TEntryPoint>() => From(typeof(TEntryPoint).Assembly);

    /// <exception cref="HostStartException">The assembly has no entry point.</exception>
    public static FunctionApp From(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var name = assembly.GetName().Name!;
        return assembly.EntryPoint is not null
            ? new(name, assembly.Location, assembly)
            : throw new HostStartException($"{name} has no entry point; a function app is an executable with a Program.cs.");
    }

    /// <summary>The app that was built or published into a folder; runs as a process of its own.</summary>
    /// <exception cref="HostStartException">The folder holds no built function app.</exception>
    public static FunctionApp In(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var path = Path.GetFullPath(folder);
        string[] missing = [.. new[] { MetadataFile, WorkerFile, "host.json" }.Where(file => !File.Exists(Path.Combine(path, file)))];
        if (missing.Length > 0)
        {
            throw new HostStartException(
                $"{path} is not the folder of a built function app: it has no {string.Join(", no ", missing)}. "
                + "Name the output of 'dotnet build' or 'dotnet publish' of an isolated worker app.");
        }

        var program = Path.Combine(path, ProgramOf(Path.Combine(path, WorkerFile)));
        return File.Exists(program)
            ? new(Path.GetFileNameWithoutExtension(program), program, assembly: null)
            : throw new HostStartException($"{Path.Combine(path, WorkerFile)} names the program {program}, which is not there; build the app again.");
    }

    private static string ProgramOf(string workerConfig)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(workerConfig));
            return json.RootElement.GetProperty("description").GetProperty("defaultWorkerPath").GetString()!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new HostStartException($"{workerConfig} has no description.defaultWorkerPath: {e.Message}", e);
        }
    }
}
