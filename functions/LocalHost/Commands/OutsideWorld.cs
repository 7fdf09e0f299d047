using Microsoft.Extensions.Logging;

namespace LocalHost.Commands;

/// <summary>
/// Brings up the systems outside the app, or points at those that run elsewhere, and completes the app's settings for development.
/// The result is disposed after the host has stopped; null when there is nothing to dispose.
/// </summary>
public delegate Task<IAsyncDisposable?> OutsideWorld(OutsideWorldRequest request, CancellationToken cancellation);

/// <param name="Settings">The app's settings so far, keys in colon form; missing ones are added.</param>
/// <param name="Functions">Where the functions will be reached.</param>
/// <param name="Elsewhere">A sandbox that runs already (<c>--sandbox</c>), or null.</param>
/// <param name="Scenario">How it misbehaves from the start (<c>--scenario</c>), or null.</param>
/// <param name="Clock">The business clock.</param>
/// <param name="Work">What the host counts as under way.</param>
/// <param name="Logging">Where logs go.</param>
public sealed record OutsideWorldRequest(
    Dictionary<string, string?> Settings,
    Uri Functions,
    Uri? Elsewhere,
    Scenario? Scenario,
    BusinessClock Clock,
    WorkTracker Work,
    Action<ILoggingBuilder> Logging);
