using SensorPipeline.Streams.Detection;
using SensorPipeline.Streams.Results;

namespace SensorPipeline.Formats.Results;

/// <summary>One kind of alarm beside its share of the budget.</summary>
/// <param name="Kind">Of the kinds that share the budget.</param>
/// <param name="Budget">Its share, false alarms a sensor and day.</param>
/// <param name="Realised">Alarms that were raised.</param>
public readonly record struct AuditedKind(EventKind Kind, double Budget, RealisedRate Realised);
