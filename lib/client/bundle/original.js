
//# sourceMappingURL=original.js.map
