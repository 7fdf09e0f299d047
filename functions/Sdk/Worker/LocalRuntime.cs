using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Functions.Sdk;

/// <summary>
/// The seam between a function app's Program and the host that runs it. A host sets <see cref="Current"/> and then invokes the app's own entry
/// point, so that the app's services, settings and middleware are those of its Program and of nothing else. The value follows the execution
/// context: one process may start several hosts.
/// </summary>
public abstract class LocalRuntime
{
    private static readonly AsyncLocal<LocalRuntime?> Ambient = new();

    /// <summary>The host that starts the app on this execution context, or null.</summary>
    public static LocalRuntime? Current
    {
        get => Ambient.Value;
        set => Ambient.Value = value;
    }

    /// <summary>Called when the app creates its builder: the host's settings, logging and services, registered before the app's.</summary>
    protected internal abstract WebApplicationBuilder CreateBuilder();

    /// <summary>
    /// Called when the app has registered everything and is about to be built: what the host starts after the app's own hosted services.
    /// </summary>
    protected internal abstract void Complete(WebApplicationBuilder builder);

    /// <summary>Called when the app has been built; <paramref name="pipeline"/> puts the app's middleware around a function.</summary>
    protected internal abstract void Attach(WebApplication app, Func<FunctionExecutionDelegate, FunctionExecutionDelegate> pipeline);
}
